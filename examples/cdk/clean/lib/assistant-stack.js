const { Stack, aws_bedrock: bedrock, aws_iam: iam, aws_lambda: lambda } = require('aws-cdk-lib');
const { HandbookStack } = require('./handbook-stack');
const { modelArn } = require('./model-arn');

// An agent that answers customers, the handbook that it quotes, and a function that names conversations.
class AssistantStack extends Stack {
  constructor(scope, id, { models, ...props }) {
    super(scope, id, props);

    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.CompositePrincipal(
        new iam.ServicePrincipal('bedrock.amazonaws.com'),
        new iam.ServicePrincipal('lambda.amazonaws.com'),
      ),
    });
    const chatModelArn = modelArn(this, models.chat);
    role.addToPolicy(new iam.PolicyStatement({
      sid: 'Models',
      actions: ['bedrock:GetInferenceProfile', 'bedrock:InvokeModel'],
      resources: [chatModelArn, modelArn(this, models.titles)],
    }));

    const agent = new bedrock.CfnAgent(this, 'Agent', {
      agentName: 'support-assistant',
      agentResourceRoleArn: role.roleArn,
      autoPrepare: true,
      foundationModel: models.chat,
      instruction: 'You answer questions of customers about their orders, and quote the handbook.',
    });

    if (models.embed) {
      const embeddingModelArn = modelArn(this, models.embed);
      role.addToPolicy(new iam.PolicyStatement({
        sid: 'Embedding',
        actions: ['bedrock:InvokeModel'],
        resources: [embeddingModelArn],
      }));
      const handbook = new HandbookStack(this, 'Handbook', { role, embeddingModelArn });
      agent.knowledgeBases = [{
        description: 'The customer handbook.',
        knowledgeBaseId: handbook.knowledgeBaseId,
        knowledgeBaseState: 'ENABLED',
      }];
    }

    const profile = new bedrock.CfnApplicationInferenceProfile(this, 'ChatProfile', {
      inferenceProfileName: 'support-assistant-chat',
      modelSource: { copyFrom: chatModelArn },
    });
    new bedrock.CfnPrompt(this, 'Triage', {
      name: 'support-assistant-triage',
      defaultVariant: 'default',
      variants: [{
        name: 'default',
        modelId: profile.attrInferenceProfileArn,
        templateType: 'TEXT',
        templateConfiguration: {
          text: {
            text: 'Is this message an order, a complaint or a question? {{message}}',
            inputVariables: [{ name: 'message' }],
          },
        },
      }],
    });

    new lambda.Function(this, 'Titles', {
      role,
      runtime: lambda.Runtime.PYTHON_3_13,
      handler: 'index.handler',
      code: lambda.Code.fromInline([
        'import os, boto3',
        '',
        'def handler(event, context):',
        '    return boto3.client("bedrock-runtime").converse(',
        '        modelId=os.environ["TITLES_MODEL_ID"], messages=event["messages"]',
        '    )["output"]',
      ].join('\n')),
      environment: { TITLES_MODEL_ID: models.titles },
    });
  }
}

module.exports = { AssistantStack };
