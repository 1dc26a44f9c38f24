# What `bedrock-eol account` and `check --resolve account` may do; it changes nothing, and reads no secrets.
data "aws_iam_policy_document" "bedrock_eol" {
  statement {
    sid       = "Bedrock"
    resources = ["*"]
    actions = [
      "bedrock-agentcore:GetAgentRuntime",
      "bedrock-agentcore:GetEvaluator",
      "bedrock-agentcore:GetGatewayTarget",
      "bedrock-agentcore:GetHarness",
      "bedrock-agentcore:GetMemory",
      "bedrock-agentcore:ListAgentRuntimeEndpoints",
      "bedrock-agentcore:ListAgentRuntimes",
      "bedrock-agentcore:ListEvaluators",
      "bedrock-agentcore:ListGatewayRules",
      "bedrock-agentcore:ListGatewayTargets",
      "bedrock-agentcore:ListGateways",
      "bedrock-agentcore:ListHarnesses",
      "bedrock-agentcore:ListMemories",
      "bedrock:GetAdvancedPromptOptimizationJob",
      "bedrock:GetAgent",
      "bedrock:GetAgentAlias",
      "bedrock:GetAgentVersion",
      "bedrock:GetCustomModel",
      "bedrock:GetCustomModelDeployment",
      "bedrock:GetDataSource",
      "bedrock:GetEvaluationJob",
      "bedrock:GetFlow",
      "bedrock:GetFlowVersion",
      "bedrock:GetInferenceProfile",
      "bedrock:GetKnowledgeBase",
      "bedrock:GetModelCustomizationJob",
      "bedrock:GetPrompt",
      "bedrock:GetPromptRouter",
      "bedrock:GetProvisionedModelThroughput",
      "bedrock:ListAdvancedPromptOptimizationJobs",
      "bedrock:ListAgentAliases",
      "bedrock:ListAgentCollaborators",
      "bedrock:ListAgents",
      "bedrock:ListCustomModelDeployments",
      "bedrock:ListCustomModels",
      "bedrock:ListDataSources",
      "bedrock:ListEnforcedGuardrailsConfiguration",
      "bedrock:ListEvaluationJobs",
      "bedrock:ListFlowAliases",
      "bedrock:ListFlows",
      "bedrock:ListImportedModels",
      "bedrock:ListInferenceProfiles",
      "bedrock:ListKnowledgeBases",
      "bedrock:ListModelCustomizationJobs",
      "bedrock:ListModelInvocationJobs",
      "bedrock:ListPromptRouters",
      "bedrock:ListPrompts",
      "bedrock:ListProvisionedModelThroughputs",
      "cloudwatch:GetMetricData",
      "cloudwatch:ListMetrics",
      "ec2:DescribeRegions",
      "lex:DescribeBotLocale",
      "lex:DescribeIntent",
      "lex:ListBotAliases",
      "lex:ListBotLocales",
      "lex:ListBots",
      "lex:ListIntents",
      "tag:GetResources",
      "wisdom:ListAIPromptVersions",
      "wisdom:ListAIPrompts",
      "wisdom:ListAssistants",
      "wisdom:ListKnowledgeBases",
    ]
  }

  statement {
    sid       = "Compute"
    resources = ["*"]
    actions = [
      "ecs:DescribeServices",
      "ecs:DescribeTaskDefinition",
      "ecs:ListClusters",
      "ecs:ListServices",
      "ecs:ListTaskDefinitionFamilies",
      "lambda:GetFunctionConfiguration",
      "lambda:ListAliases",
      "lambda:ListFunctions",
      "sagemaker:DescribeModel",
      "sagemaker:ListModels",
      "states:DescribeStateMachine",
      "states:ListStateMachines",
    ]
  }

  statement {
    sid       = "Parameters"
    resources = ["*"]
    actions = [
      "ssm:DescribeParameters",
      "ssm:GetParameters",
    ]
  }

  statement {
    sid       = "Resolve"
    resources = ["*"]
    actions = [
      "cloudformation:ListExports",
      "ssm:DescribeParameters",
      "ssm:GetParameters",
    ]
  }
}

resource "aws_iam_policy" "bedrock_eol" {
  name   = "bedrock-eol-read"
  policy = data.aws_iam_policy_document.bedrock_eol.json
}
