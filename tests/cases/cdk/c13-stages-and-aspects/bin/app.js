const cdk = require('aws-cdk-lib');
const { aws_bedrock: cfn, aws_lambda: lambda } = cdk;
const bedrock = require('@aws-cdk/aws-bedrock-alpha');

const MODELS = {
  us: 'us.anthropic.claude-3-5-sonnet-20241022-v2:0',
  eu: 'eu.anthropic.claude-3-haiku-20240307-v1:0',
};
const GEOGRAPHIES = {
  us: bedrock.CrossRegionInferenceProfileRegion.US,
  eu: bedrock.CrossRegionInferenceProfileRegion.EU,
};

class Models extends cdk.Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    new cfn.CfnAgent(this, 'Plain', { agentName: 'plain', foundationModel: MODELS[props.geography] });
    const source = bedrock.CrossRegionInferenceProfile.fromConfig({
      geoRegion: GEOGRAPHIES[props.geography],
      model: bedrock.BedrockFoundationModel.ANTHROPIC_CLAUDE_3_5_SONNET_V1_0,
    });
    const profile = new bedrock.ApplicationInferenceProfile(this, 'Profile', {
      applicationInferenceProfileName: 'app',
      modelSource: source,
    });
    new lambda.Function(this, 'Fn', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => {}'),
      environment: { PROFILE: profile.inferenceProfileArn },
    });
  }
}

class Pin {
  visit(node) {
    if (node instanceof cfn.CfnAgent) node.foundationModel = 'anthropic.claude-v2:1';
  }
}

class Deployment extends cdk.Stage {
  constructor(scope, id) {
    super(scope, id);
    for (const [geography, region] of [['us', 'us-east-1'], ['eu', 'eu-west-1']]) {
      new Models(this, `Models-${geography}`, { geography, env: { region, account: '111122223333' } });
    }
  }
}

const app = new cdk.App();
new Deployment(app, 'Dev');
cdk.Aspects.of(new Deployment(app, 'Prod')).add(new Pin());
app.synth();
