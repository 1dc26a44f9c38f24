const { App, Stage } = require('aws-cdk-lib');
const { AssistantStack } = require('./lib/assistant-stack');
const { CapacityStack } = require('./lib/capacity-stack');
const models = require('./models');

// The validation of templates that CDK runs by itself is most of the time of a synth.
const app = new App({ builtinCloudFormationValidation: false });

// The pilot in Europe has no handbook yet.
new AssistantStack(app, 'Pilot', {
  env: { account: '123456789012', region: 'eu-west-1' },
  models: models['eu-west-1'],
});

// Deployed to whatever account and Region the caller's credentials name.
new CapacityStack(app, 'Capacity', { model: models.reserved });

const production = new Stage(app, 'Production', { env: { account: '210987654321', region: 'us-east-1' } });
new AssistantStack(production, 'Assistant', { models: models['us-east-1'] });
