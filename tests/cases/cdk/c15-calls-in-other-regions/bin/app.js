const cdk = require('aws-cdk-lib');
const { aws_stepfunctions: sfn, aws_stepfunctions_tasks: tasks, custom_resources: cr } = cdk;

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Jobs', { env: { account: '111122223333', region: 'us-east-1' } });

new cr.AwsCustomResource(stack, 'Capacity', {
  onCreate: {
    service: 'bedrock',
    action: 'createProvisionedModelThroughput',
    parameters: { modelId: 'amazon.titan-embed-text-v1', modelUnits: 1, provisionedModelName: 'search' },
    physicalResourceId: cr.PhysicalResourceId.fromResponse('provisionedModelArn'),
    region: 'eu-central-1',
  },
  policy: cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: cr.AwsCustomResourcePolicy.ANY_RESOURCE }),
  installLatestAwsSdk: false,
});

const abroad = new tasks.CallAwsServiceCrossRegion(stack, 'Abroad', {
  service: 'bedrock-runtime',
  action: 'invokeModel',
  region: 'eu-west-1',
  parameters: { modelId: 'anthropic.claude-v2', body: '{}' },
  iamResources: ['arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-v2'],
  iamAction: 'bedrock:InvokeModel',
});
const here = new tasks.CallAwsService(stack, 'Here', {
  service: 'bedrockruntime',
  action: 'converse',
  parameters: { ModelId: 'us.amazon.nova-premier-v1:0', Messages: [] },
  iamResources: ['arn:aws:bedrock:*::foundation-model/amazon.nova-premier-v1:0'],
  iamAction: 'bedrock:InvokeModel',
});
new sfn.StateMachine(stack, 'Machine', {
  definitionBody: sfn.DefinitionBody.fromChainable(abroad.next(here)),
});

new cdk.CfnStackSet(stack, 'Agents', {
  stackSetName: 'agents',
  permissionModel: 'SELF_MANAGED',
  parameters: [{ parameterKey: 'Model', parameterValue: 'eu.amazon.nova-lite-v1:0' }],
  stackInstancesGroup: [
    { deploymentTargets: { accounts: ['111122223333'] }, regions: ['eu-central-1', 'eu-west-1'] },
  ],
  templateBody: stack.toJsonString({
    Parameters: { Model: { Type: 'String' } },
    Resources: {
      Chosen: { Type: 'AWS::Bedrock::Agent', Properties: { AgentName: 'a', FoundationModel: { Ref: 'Model' } } },
      Fixed: { Type: 'AWS::Bedrock::Agent', Properties: { AgentName: 'b', FoundationModel: 'anthropic.claude-v2:1' } },
    },
  }),
});
app.synth();
