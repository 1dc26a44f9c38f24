agents = {
  plain = {}
  full = {
    model   = "cohere.command-r-v1:0"
    memory  = "512"
    prompts = [{ model = "amazon.titan-text-express-v1" }]
    dropped = true
  }
}
