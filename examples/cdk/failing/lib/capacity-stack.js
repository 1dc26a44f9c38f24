const { Stack, custom_resources: cr } = require('aws-cdk-lib');
const { modelArn } = require('./model-arn');

// CloudFormation has no provisioned throughput: an SDK call buys it. A commitment cannot be given back before its end,
// so there is no call that deletes it.
class CapacityStack extends Stack {
  constructor(scope, id, { model, ...props }) {
    super(scope, id, props);

    const baseModel = model.replace(/:\d+k$/, '');
    new cr.AwsCustomResource(this, 'TitlesThroughput', {
      installLatestAwsSdk: false,
      onCreate: {
        service: 'Bedrock',
        action: 'createProvisionedModelThroughput',
        parameters: {
          modelId: model,
          modelUnits: 1,
          commitmentDuration: 'OneMonth',
          provisionedModelName: 'support-assistant-titles',
        },
        physicalResourceId: cr.PhysicalResourceId.fromResponse('provisionedModelArn'),
      },
      policy: cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: [modelArn(this, baseModel)] }),
    });
  }
}

module.exports = { CapacityStack };
