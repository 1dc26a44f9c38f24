const { NestedStack, aws_bedrock: bedrock, aws_opensearchserverless: aoss } = require('aws-cdk-lib');

// The knowledge base with its vectors; a nested stack, since it lives longer than the rest.
class HandbookStack extends NestedStack {
  constructor(scope, id, { role, embeddingModelArn, ...props }) {
    super(scope, id, props);

    const encryption = new aoss.CfnSecurityPolicy(this, 'Encryption', {
      name: 'support-assistant',
      type: 'encryption',
      policy: JSON.stringify({
        Rules: [{ ResourceType: 'collection', Resource: ['collection/support-assistant'] }],
        AWSOwnedKey: true,
      }),
    });
    const vectors = new aoss.CfnCollection(this, 'Vectors', { name: 'support-assistant', type: 'VECTORSEARCH' });
    vectors.addResourceDependency(encryption);

    const handbook = new bedrock.CfnKnowledgeBase(this, 'Handbook', {
      name: 'support-assistant-handbook',
      roleArn: role.roleArn,
      knowledgeBaseConfiguration: {
        type: 'VECTOR',
        vectorKnowledgeBaseConfiguration: { embeddingModelArn },
      },
      storageConfiguration: {
        type: 'OPENSEARCH_SERVERLESS',
        opensearchServerlessConfiguration: {
          collectionArn: vectors.attrArn,
          vectorIndexName: 'handbook',
          fieldMapping: { metadataField: 'metadata', textField: 'text', vectorField: 'vector' },
        },
      },
    });
    this.knowledgeBaseId = handbook.attrKnowledgeBaseId;
  }
}

module.exports = { HandbookStack };
