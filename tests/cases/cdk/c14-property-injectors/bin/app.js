const cdk = require('aws-cdk-lib');
const { aws_lambda: lambda } = cdk;
const bedrock = require('@aws-cdk/aws-bedrock-alpha');

// Whoever builds the platform says which models may be used, whatever a stack asks for.
class ApprovedModel {
  constructUniqueId = bedrock.Agent.PROPERTY_INJECTION_ID;

  inject(properties) {
    return { ...properties, foundationModel: bedrock.BedrockFoundationModel.ANTHROPIC_CLAUDE_HAIKU_V1_0 };
  }
}

class DefaultModel {
  constructUniqueId = lambda.Function.PROPERTY_INJECTION_ID;

  inject(properties) {
    return { ...properties, environment: { MODEL_ID: 'anthropic.claude-v2:1', ...properties.environment } };
  }
}

class Support extends cdk.Stack {
  constructor(scope, id) {
    super(scope, id, { env: { account: '111122223333', region: 'eu-central-1' } });
    new bedrock.Agent(this, 'Agent', {
      foundationModel: bedrock.CrossRegionInferenceProfile.fromConfig({
        geoRegion: bedrock.CrossRegionInferenceProfileRegion.EU,
        model: bedrock.BedrockFoundationModel.AMAZON_NOVA_PRO_V1,
      }),
      instruction: 'You help customers with their orders, and stay polite whatever they say.',
    });
    const functionProps = {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => {}'),
    };
    const summary = new lambda.Function(this, 'Summary', functionProps);
    new lambda.Function(this, 'Chosen', {
      ...functionProps,
      environment: { MODEL_ID: 'amazon.titan-text-express-v1' },
    });
    bedrock.BedrockFoundationModel.AMAZON_TITAN_TEXT_EXPRESS_V1.grantInvoke(summary);
  }
}

const app = new cdk.App();
new Support(app, 'Free');
const guarded = new cdk.Stage(app, 'Guarded', { propertyInjectors: [new DefaultModel()] });
cdk.PropertyInjectors.of(guarded).add(new ApprovedModel());
new Support(guarded, 'Support');
app.synth();
