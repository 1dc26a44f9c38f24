// The ARN of a base model or of a cross-Region inference profile, told apart by the geography in front of the id.
function modelArn(stack, id) {
  const isProfile = /^(us|eu|apac|global)\./.test(id);
  return stack.formatArn({
    service: 'bedrock',
    account: isProfile ? stack.account : '',
    resource: isProfile ? 'inference-profile' : 'foundation-model',
    resourceName: id,
  });
}

module.exports = { modelArn };
