// Which model does what, by Region: base model ids, or inference profile ids where a model has nothing else.
module.exports = {
  'us-east-1': {
    chat: 'us.anthropic.claude-opus-4-1-20250805-v1:0',
    titles: 'anthropic.claude-3-haiku-20240307-v1:0',
    embed: 'amazon.titan-embed-text-v2:0',
  },
  'eu-west-1': {
    chat: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
    titles: 'anthropic.claude-3-haiku-20240307-v1:0',
  },
  reserved: 'anthropic.claude-3-haiku-20240307-v1:0:48k',
};
