// Which model does what, by Region: base model ids, or inference profile ids where a model has nothing else.
module.exports = {
  'us-east-1': {
    chat: 'us.anthropic.claude-sonnet-5',
    titles: 'amazon.nova-lite-v1:0',
    embed: 'amazon.nova-2-multimodal-embeddings-v1:0',
  },
  'eu-west-1': {
    chat: 'eu.anthropic.claude-sonnet-5',
    titles: 'eu.amazon.nova-lite-v1:0',
  },
  reserved: 'amazon.nova-lite-v1:0:24k',
};
