const cdk = require('aws-cdk-lib');
const { aws_bedrock: cfn, aws_lambda: lambda, aws_ssm: ssm, aws_stepfunctions: sfn, aws_stepfunctions_tasks: tasks, custom_resources: cr, aws_s3: s3 } = cdk;
const bedrock = require('aws-cdk-lib/aws-bedrock');
const app = new cdk.App({ postCliContext: { '@aws-cdk/core:defaultCrossStackReferences': 'weak' } });
const env = region => ({ region, account: '111122223333' });
class Shared extends cdk.Stack { constructor(s, id, p) { super(s, id, p);
  this.profile = new cfn.CfnApplicationInferenceProfile(this, 'Profile', { inferenceProfileName: 'shared', modelSource: { copyFrom: 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-sonnet-20240229-v1:0' } });
  this.param = new ssm.StringParameter(this, 'Param', { parameterName: '/ai/model', stringValue: 'anthropic.claude-3-haiku-20240307-v1:0' });
} }
const shared = new Shared(app, 'Shared', { env: env('us-east-1'), crossRegionReferences: true });
class Inner extends cdk.NestedStack { constructor(s, id, model, profile) { super(s, id);
  new cfn.CfnAgent(this, 'Agent', { agentName: 'inner', foundationModel: model });
  new cfn.CfnAgent(this, 'OnProfile', { agentName: 'inner2', foundationModel: profile });
  const deep = new cdk.NestedStack(this, 'Deep');
  new cfn.CfnAgent(deep, 'Agent', { agentName: 'deep', foundationModel: profile });
} }
class Use extends cdk.Stack { constructor(s, id, p) { super(s, id, p);
  new cfn.CfnAgent(this, 'Cross', { agentName: 'c', foundationModel: shared.profile.attrInferenceProfileArn });
  const model = new cdk.CfnParameter(this, 'Model', { default: 'amazon.titan-text-express-v1' });
  new Inner(this, 'Inner', model.valueAsString, 'eu.amazon.nova-pro-v1:0');
  new cfn.CfnAgent(this, 'Ssm', { agentName: 's', foundationModel: ssm.StringParameter.valueForStringParameter(this, '/ai/model') });
  const task = new tasks.BedrockInvokeModel(this, 'Invoke', { model: bedrock.FoundationModel.fromFoundationModelId(this, 'M', bedrock.FoundationModelIdentifier.ANTHROPIC_CLAUDE_V2), body: sfn.TaskInput.fromObject({ prompt: 'hi' }) });
  const custom = new tasks.CallAwsService(this, 'Converse', { service: 'bedrockruntime', action: 'converse', iamResources: ['*'], parameters: { ModelId: 'us.amazon.nova-premier-v1:0', Messages: [] } });
  const jsonata = tasks.CallAwsService.jsonata(this, 'Jsonata', { service: 'bedrockruntime', action: 'converse', iamResources: ['*'], parameters: { ModelId: "{% $states.input.big ? 'anthropic.claude-3-opus-20240229-v1:0' : 'amazon.nova-micro-v1:0' %}" } });
  new sfn.StateMachine(this, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(task.next(custom).next(jsonata)) });
  new cr.AwsCustomResource(this, 'Throughput', { onCreate: { service: 'Bedrock', action: 'createProvisionedModelThroughput', parameters: { modelId: 'amazon.titan-embed-text-v1', modelUnits: 1, provisionedModelName: 'x' }, physicalResourceId: cr.PhysicalResourceId.of('x') }, policy: cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: ['*'] }) });
  new cdk.CustomResource(this, 'Own', { serviceToken: 'arn:aws:lambda:us-west-2:111122223333:function:x', properties: { ModelId: 'cohere.command-text-v14' } });
  new cdk.CfnStackSet(this, 'Set', { stackSetName: 'set', permissionModel: 'SERVICE_MANAGED', templateBody: JSON.stringify({ Resources: { A: { Type: 'AWS::Bedrock::Agent', Properties: { AgentName: 'a', FoundationModel: { Ref: 'M' } } } }, Parameters: { M: { Type: 'String' } } }), parameters: [{ parameterKey: 'M', parameterValue: 'meta.llama3-8b-instruct-v1:0' }], stackInstancesGroup: [{ regions: ['us-east-1', 'eu-west-1'], deploymentTargets: { organizationalUnitIds: ['ou-abcd-11111111'] } }] });
} }
new Use(app, 'Use', { env: env('us-west-2'), crossRegionReferences: true });
class Same extends cdk.Stack { constructor(s, id, p) { super(s, id, p);
  new cfn.CfnAgent(this, 'CrossStack', { agentName: 'x', foundationModel: shared.profile.attrInferenceProfileArn });
  new Inner(this, 'Inner', 'x', shared.profile.attrInferenceProfileArn); new lambda.CfnFunction(this, 'Fn', { code: { zipFile: 'x' }, role: 'r', runtime: 'nodejs20.x', handler: 'i.h', environment: { variables: { MODEL: shared.param.stringValue } } });
} }
new Same(app, 'Same', { env: env('us-east-1') });
app.synth();
// The app of the assembly beside it: aws-cdk-lib 2.276.0, with weak references between stacks.
