class ChatStack {
  constructor() {
    new CfnAgent(this, "Agent");
  }
}
