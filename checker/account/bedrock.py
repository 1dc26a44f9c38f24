"""The operations of Amazon Bedrock and of the services that name its models themselves.

A new service, or a new kind of resource, is a new entry here. Tests hold each operation and each path against
botocore's models.
"""

from checker.account.calls import Call, Field, Made, Service
from checker.model.reference import Cost, Form, Kind, Role, Usage

_DRAFT = "DRAFT"
_OWN_MODELS = (Form.FOUNDATION_MODEL_ARN, Form.CUSTOM_MODEL_ARN, Form.MODEL_ID)
_JOBS = ("Submitted", "Validating", "Scheduled", "InProgress")

_PROFILE = Made(
    "AWS::Bedrock::ApplicationInferenceProfile",
    Kind.INFERENCE_PROFILE,
    "{inferenceProfileArn}",
    "{inferenceProfileName}",
    (Field("models[].modelArn", Role.ROUTING, cost=Cost.REPLACE, accepts=_OWN_MODELS, routes_to=True),),
    stands_for=True,
)
_ROUTER = Made(
    "AWS::Bedrock::IntelligentPromptRouter",
    Kind.PROMPT_ROUTER,
    "{promptRouterArn}",
    "{promptRouterName}",
    (
        Field("models[].modelArn", Role.ROUTING, cost=Cost.REPLACE),
        Field("fallbackModel.modelArn", Role.ROUTING, cost=Cost.REPLACE),
    ),
    stands_for=True,
)
# `foundationModelArn` is the base model, also for throughput of a custom model.
_THROUGHPUT = Made(
    "AWS::Bedrock::ProvisionedModelThroughput",
    Kind.PROVISIONED_THROUGHPUT,
    "{provisionedModelArn}",
    "{provisionedModelName}",
    (Field("foundationModelArn", Role.CAPACITY, cost=Cost.REPLACE, accepts=_OWN_MODELS),),
    own=("provisionedModelArn", "modelArn", "desiredModelArn"),
    stands_for=True,
)
_CUSTOM_MODEL = Made(
    "AWS::Bedrock::CustomModel",
    Kind.CUSTOM_MODEL,
    "{modelArn}",
    "{modelName}",
    (Field("baseModelArn", Role.FINE_TUNING, cost=Cost.REPLACE, accepts=_OWN_MODELS),),
    own=("modelArn",),
    stands_for=True,
)
_DEPLOYMENT = Made(
    "AWS::Bedrock::CustomModelDeployment",
    Kind.CUSTOM_MODEL,
    "{customModelDeploymentArn}",
    "{customModelDeploymentName}",
    (Field("modelArn", Role.CAPACITY, cost=Cost.REPLACE, accepts=(Form.CUSTOM_MODEL_ARN,)),),
    stands_for=True,
)
_IMPORTED_MODEL = Made(
    "AWS::Bedrock::ImportedModel",
    Kind.CUSTOM_MODEL,
    "{modelArn}",
    "{modelName}",
    (Field("modelArn", Role.CAPACITY, cost=Cost.REPLACE, accepts=(Form.IMPORTED_MODEL_ARN,)),),
)
_ENFORCED_GUARDRAIL = Made(
    "AWS::Bedrock::EnforcedGuardrailConfiguration",
    Kind.OTHER,
    "{guardrailArn}",
    "{guardrailId}",
    (
        Field("modelEnforcement.includedModels[]", Role.GUARDRAIL_SCOPE, Usage.MENTION),
        Field("modelEnforcement.excludedModels[]", Role.GUARDRAIL_SCOPE, Usage.MENTION),
    ),
)
_RETRIEVAL = (
    "vectorSearchConfiguration.implicitFilterConfiguration.modelArn",
    "vectorSearchConfiguration.rerankingConfiguration.bedrockRerankingConfiguration.modelConfiguration.modelArn",
)
_JUDGES = "evaluatorModelConfig.bedrockEvaluatorModels[].modelIdentifier"
_RAG = "inferenceConfig.ragConfigs[].knowledgeBaseConfig"
_EVALUATION_JOB = Made(
    "AWS::Bedrock::EvaluationJob",
    Kind.EVALUATION,
    "{jobArn}",
    "{jobName}",
    tuple(
        Field(path, Role.RERANKING if "rerank" in path else Role.EVALUATION)
        for path in (
            "inferenceConfig.models[].bedrockModel.modelIdentifier",
            f"evaluationConfig.automated.{_JUDGES}",
            f"evaluationConfig.automated.customMetricConfig.{_JUDGES}",
            f"{_RAG}.retrieveAndGenerateConfig.knowledgeBaseConfiguration.modelArn",
            f"{_RAG}.retrieveAndGenerateConfig.externalSourcesConfiguration.modelArn",
            *(f"{_RAG}.retrieveConfig.knowledgeBaseRetrievalConfiguration.{path}" for path in _RETRIEVAL),
            *(
                f"{_RAG}.retrieveAndGenerateConfig.knowledgeBaseConfiguration.retrievalConfiguration.{path}"
                for path in _RETRIEVAL
            ),
        )
    ),
)
_CUSTOMIZATION_JOB = Made(
    "AWS::Bedrock::ModelCustomizationJob",
    Kind.CUSTOM_MODEL,
    "{jobArn}",
    "{jobName}",
    (
        Field("baseModelArn", Role.FINE_TUNING, cost=Cost.REPLACE, accepts=_OWN_MODELS),
        Field("customizationConfig.distillationConfig.teacherModelConfig.teacherModelIdentifier", Role.FINE_TUNING),
    ),
    own=("outputModelArn",),
)
_BATCH_JOB = Made(
    "AWS::Bedrock::ModelInvocationJob", Kind.OTHER, "{jobArn}", "{jobName}", (Field("modelId", Role.BATCH),)
)
_OPTIMIZATION_JOB = Made(
    "AWS::Bedrock::AdvancedPromptOptimizationJob",
    Kind.PROMPT,
    "{jobArn}",
    "{jobName}",
    (Field("modelConfigurations[].modelId", Role.GENERATION),),
)

BEDROCK = Service(
    "bedrock",
    "bedrock",
    (
        Call(
            "ListInferenceProfiles", "inferenceProfileSummaries[]", fixed={"typeEquals": "APPLICATION"}, made=_PROFILE
        ),
        Call("ListPromptRouters", "promptRouterSummaries[]", fixed={"type": "custom"}, made=_ROUTER),
        Call(
            "ListProvisionedModelThroughputs",
            "provisionedModelSummaries[]",
            skip={"status": ("Failed",)},
            made=_THROUGHPUT,
        ),
        Call("ListCustomModels", "modelSummaries[]", skip={"modelStatus": ("Failed",)}, made=_CUSTOM_MODEL),
        Call(
            "ListCustomModelDeployments",
            "modelDeploymentSummaries[]",
            skip={"status": ("Failed",)},
            made=_DEPLOYMENT,
        ),
        Call("ListImportedModels", "modelSummaries[]", made=_IMPORTED_MODEL),
        Call("ListEnforcedGuardrailsConfiguration", "guardrailsConfig[]", made=_ENFORCED_GUARDRAIL),
        Call(
            "ListEvaluationJobs",
            "jobSummaries[]",
            fixed={"statusEquals": "InProgress"},
            then=(Call("GetEvaluationJob", arguments={"jobIdentifier": "jobArn"}, made=_EVALUATION_JOB),),
        ),
        Call(
            "ListModelCustomizationJobs",
            "modelCustomizationJobSummaries[]",
            fixed={"statusEquals": "InProgress"},
            then=(Call("GetModelCustomizationJob", arguments={"jobIdentifier": "jobArn"}, made=_CUSTOMIZATION_JOB),),
        ),
        Call("ListModelInvocationJobs", "invocationJobSummaries[]", each=("statusEquals", _JOBS), made=_BATCH_JOB),
        Call(
            "ListAdvancedPromptOptimizationJobs",
            "jobSummaries[]",
            only={"jobStatus": ("InProgress",)},
            then=(
                Call("GetAdvancedPromptOptimizationJob", arguments={"jobIdentifier": "jobArn"}, made=_OPTIMIZATION_JOB),
            ),
        ),
    ),
)

_AGENT_MODELS = (
    Field("foundationModel"),
    Field("promptOverrideConfiguration.promptConfigurations[].foundationModel"),
)
_AGENT = Made("AWS::Bedrock::Agent", Kind.AGENT, "{agentArn}", "{agentName}", _AGENT_MODELS)
# A version can be called only if an alias routes to it; a version keeps the model that it was made with.
_AGENT_ALIAS = Made(
    "AWS::Bedrock::AgentAlias",
    Kind.AGENT,
    "arn:{partition}:bedrock:{region}:{account}:agent-alias/{agentId}/{agentAliasId}",
    "{agentName} {agentAliasName}",
    _AGENT_MODELS,
    stands_for=True,
)
# An agent names its collaborator by the alias of another agent, and uses the model of that agent.
_COLLABORATOR = Made(
    "AWS::Bedrock::AgentCollaborator",
    Kind.AGENT,
    "arn:{partition}:bedrock:{region}:{account}:agent/{agentId}/collaborator/{collaboratorId}",
    "{collaboratorName}",
    (Field("agentDescriptor.aliasArn", accepts=(Form.OTHER,)),),
)
_KNOWLEDGE_BASE = Made(
    "AWS::Bedrock::KnowledgeBase",
    Kind.KNOWLEDGE_BASE,
    "{knowledgeBaseArn}",
    "{name}",
    (
        Field(
            "knowledgeBaseConfiguration.vectorKnowledgeBaseConfiguration.embeddingModelArn",
            Role.EMBEDDING,
            cost=Cost.REPLACE_AND_REINDEX,
        ),
        Field(
            "knowledgeBaseConfiguration.managedKnowledgeBaseConfiguration.embeddingModelArn",
            Role.EMBEDDING,
            cost=Cost.REPLACE_AND_REINDEX,
        ),
    ),
)
_DATA_SOURCE = Made(
    "AWS::Bedrock::DataSource",
    Kind.DATA_SOURCE,
    "arn:{partition}:bedrock:{region}:{account}:knowledge-base/{knowledgeBaseId}/data-source/{dataSourceId}",
    "{name}",
    (
        Field(
            "vectorIngestionConfiguration.parsingConfiguration.bedrockFoundationModelConfiguration.modelArn",
            Role.PARSING,
            cost=Cost.REPLACE,
        ),
        Field(
            "vectorIngestionConfiguration.contextEnrichmentConfiguration.bedrockFoundationModelConfiguration.modelArn",
            Role.PARSING,
        ),
    ),
)
_FLOW_MODELS = (
    Field("definition.nodes[].configuration.prompt.sourceConfiguration.inline.modelId"),
    Field("definition.nodes[].configuration.prompt.sourceConfiguration.resource.promptArn", accepts=(Form.PROMPT_ARN,)),
    Field("definition.nodes[].configuration.knowledgeBase.modelId"),
    Field(
        "definition.nodes[].configuration.knowledgeBase.rerankingConfiguration.bedrockRerankingConfiguration"
        ".modelConfiguration.modelArn",
        Role.RERANKING,
    ),
    Field("definition.nodes[].configuration.agent.agentAliasArn", accepts=(Form.OTHER,)),
)
_FLOW = Made("AWS::Bedrock::Flow", Kind.FLOW, "{arn}", "{name}", _FLOW_MODELS)
_FLOW_ALIAS = Made("AWS::Bedrock::FlowAlias", Kind.FLOW, "{^arn}", "{name} {^name}", _FLOW_MODELS)
_PROMPT = Made("AWS::Bedrock::Prompt", Kind.PROMPT, "{arn}", "{name}", (Field("variants[].modelId"),), stands_for=True)

BEDROCK_AGENT = Service(
    "bedrock-agent",
    "bedrock",
    (
        Call(
            "ListAgents",
            "agentSummaries[]",
            then=(
                Call("GetAgent", "agent", {"agentId": "agentId"}, made=_AGENT),
                Call(
                    "ListAgentAliases",
                    "agentAliasSummaries[]",
                    {"agentId": "agentId"},
                    then=(
                        Call(
                            "GetAgentVersion",
                            "agentVersion",
                            {"agentId": "agentId", "agentVersion": "routingConfiguration[].agentVersion"},
                            skip={"agentVersion": (_DRAFT,)},
                            made=_AGENT_ALIAS,
                        ),
                    ),
                ),
                Call(
                    "ListAgentCollaborators",
                    "agentCollaboratorSummaries[]",
                    {"agentId": "agentId"},
                    {"agentVersion": _DRAFT},
                    made=_COLLABORATOR,
                ),
            ),
        ),
        Call(
            "ListKnowledgeBases",
            "knowledgeBaseSummaries[]",
            then=(
                Call("GetKnowledgeBase", "knowledgeBase", {"knowledgeBaseId": "knowledgeBaseId"}, made=_KNOWLEDGE_BASE),
                Call(
                    "ListDataSources",
                    "dataSourceSummaries[]",
                    {"knowledgeBaseId": "knowledgeBaseId"},
                    then=(
                        Call(
                            "GetDataSource",
                            "dataSource",
                            {"knowledgeBaseId": "knowledgeBaseId", "dataSourceId": "dataSourceId"},
                            made=_DATA_SOURCE,
                        ),
                    ),
                ),
            ),
        ),
        Call(
            "ListFlows",
            "flowSummaries[]",
            then=(
                Call("GetFlow", arguments={"flowIdentifier": "id"}, made=_FLOW),
                Call(
                    "ListFlowAliases",
                    "flowAliasSummaries[]",
                    {"flowIdentifier": "id"},
                    then=(
                        Call(
                            "GetFlowVersion",
                            arguments={
                                "flowIdentifier": "flowId",
                                "flowVersion": "routingConfiguration[].flowVersion",
                            },
                            skip={"flowVersion": (_DRAFT,)},
                            made=_FLOW_ALIAS,
                        ),
                    ),
                ),
            ),
        ),
        Call(
            "ListPrompts",
            "promptSummaries[]",
            then=(
                Call("GetPrompt", arguments={"promptIdentifier": "id"}, made=_PROMPT),
                Call(
                    "ListPrompts",
                    "promptSummaries[]",
                    {"promptIdentifier": "id"},
                    skip={"version": (_DRAFT,)},
                    then=(
                        Call(
                            "GetPrompt",
                            arguments={"promptIdentifier": "id", "promptVersion": "version"},
                            made=_PROMPT,
                        ),
                    ),
                ),
            ),
        ),
    ),
)
