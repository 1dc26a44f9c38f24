"""The operations of the services around Bedrock that name its models themselves: AgentCore, Lex, Q in Connect."""

from checker.account.calls import Call, Field, Made, Service
from checker.model.reference import Form, Kind, Role, Usage

# The member also takes models of other vendors.
_ANY_MODEL = (Form.MODEL_ID, Form.INFERENCE_PROFILE_ID, Form.FOUNDATION_MODEL_ARN, Form.PROVIDER_MODEL_ID)


def _environment(path: str) -> Field:
    return Field(path, Role.CONFIGURATION, Usage.INDIRECT, is_text=True)


_RUNTIME = Made(
    "AWS::BedrockAgentCore::Runtime",
    Kind.AGENTCORE,
    "{agentRuntimeArn}",
    "{agentRuntimeName}",
    (_environment("environmentVariables{}"),),
)
_STRATEGY = "strategies[].configuration"
_MEMORY = Made(
    "AWS::BedrockAgentCore::Memory",
    Kind.AGENTCORE,
    "{arn}",
    "{name}",
    tuple(
        Field(f"{_STRATEGY}.{phase}.{custom}.{override}.modelId", Role.MEMORY)
        for phase, custom, overrides in (
            (
                "extraction",
                "customExtractionConfiguration",
                ("semanticExtractionOverride", "userPreferenceExtractionOverride", "episodicExtractionOverride"),
            ),
            (
                "consolidation",
                "customConsolidationConfiguration",
                (
                    "semanticConsolidationOverride",
                    "summaryConsolidationOverride",
                    "userPreferenceConsolidationOverride",
                    "episodicConsolidationOverride",
                ),
            ),
            ("reflection", "customReflectionConfiguration", ("episodicReflectionOverride",)),
        )
        for override in overrides
    ),
)
_EVALUATOR = Made(
    "AWS::BedrockAgentCore::Evaluator",
    Kind.AGENTCORE,
    "{evaluatorArn}",
    "{evaluatorName}",
    tuple(
        Field(f"evaluatorConfig.{judge}.modelConfig.{model}.modelId", Role.EVALUATION, accepts=accepts)
        for judge in ("llmAsAJudge", "derived")
        for model, accepts in (
            ("bedrockEvaluatorModelConfig", Field("").accepts),
            ("responsesEvaluatorModelConfig", _ANY_MODEL),
        )
    ),
)
_RULE_TARGETS = ("staticRoute", "weightedRoute.trafficSplit[]")
_GATEWAY_RULE = Made(
    "AWS::BedrockAgentCore::GatewayRule",
    Kind.AGENTCORE,
    "{gatewayArn}/rule/{ruleId}",
    "{ruleId}",
    tuple(
        Field(f"actions[].routeToTarget.{target}.{model}", Role.ROUTING, accepts=_ANY_MODEL)
        for target in _RULE_TARGETS
        for model in ("model", "fallback.targetFallback[].model")
    ),
)
_GATEWAY_TARGET = Made(
    "AWS::BedrockAgentCore::GatewayTarget",
    Kind.AGENTCORE,
    "{gatewayArn}/target/{targetId}",
    "{name}",
    (Field("targetConfiguration.inference.provider.operations[].models[].model", Role.ROUTING, accepts=_ANY_MODEL),),
)
_HARNESS = Made(
    "AWS::BedrockAgentCore::Harness",
    Kind.AGENTCORE,
    "{arn}",
    "{harnessName}",
    (
        Field("model.bedrockModelConfig.modelId"),
        Field("model.liteLlmModelConfig.modelId", accepts=_ANY_MODEL),
        _environment("environmentVariables{}"),
    ),
    own=("model.openAiModelConfig.modelId", "model.geminiModelConfig.modelId"),
)

AGENTCORE = Service(
    "bedrock-agentcore-control",
    "bedrock-agentcore",
    (
        Call(
            "ListAgentRuntimes",
            "agentRuntimes[]",
            then=(
                Call("GetAgentRuntime", arguments={"agentRuntimeId": "agentRuntimeId"}, made=_RUNTIME),
                # An endpoint keeps its version.
                Call(
                    "ListAgentRuntimeEndpoints",
                    "runtimeEndpoints[]",
                    {"agentRuntimeId": "agentRuntimeId"},
                    then=(
                        Call(
                            "GetAgentRuntime",
                            arguments={"agentRuntimeId": "agentRuntimeId", "agentRuntimeVersion": "liveVersion"},
                            made=_RUNTIME._replace(arn="{agentRuntimeEndpointArn}", name="{agentRuntimeName} {^name}"),
                        ),
                    ),
                ),
            ),
        ),
        Call(
            "ListMemories",
            "memories[]",
            then=(Call("GetMemory", "memory", {"memoryId": "id"}, made=_MEMORY),),
        ),
        Call(
            "ListEvaluators",
            "evaluators[]",
            skip={"evaluatorType": ("Builtin",)},
            then=(Call("GetEvaluator", arguments={"evaluatorId": "evaluatorId"}, made=_EVALUATOR),),
        ),
        Call(
            "ListGateways",
            "items[]",
            then=(
                Call("ListGatewayRules", "gatewayRules[]", {"gatewayIdentifier": "gatewayId"}, made=_GATEWAY_RULE),
                Call(
                    "ListGatewayTargets",
                    "items[]",
                    {"gatewayIdentifier": "gatewayId"},
                    then=(
                        Call(
                            "GetGatewayTarget",
                            arguments={"gatewayIdentifier": "gatewayId", "targetId": "targetId"},
                            made=_GATEWAY_TARGET,
                        ),
                    ),
                ),
            ),
        ),
        Call(
            "ListHarnesses",
            "harnesses[]",
            then=(Call("GetHarness", "harness", {"harnessId": "harnessId"}, made=_HARNESS),),
        ),
    ),
)

_LOCALE_ARN = "arn:{partition}:lex:{region}:{account}:bot-alias/{botId}/{botAliasId}"
_BOT_LOCALE = Made(
    "AWS::Lex::Bot",
    Kind.LEX,
    _LOCALE_ARN,
    "{botName} {botAliasName} {localeId}",
    (
        Field("unifiedSpeechSettings.speechFoundationModel.modelArn", Role.SPEECH),
        *(
            Field(f"generativeAISettings.{setting}.bedrockModelSpecification.modelArn")
            for setting in (
                "runtimeSettings.slotResolutionImprovement",
                "buildtimeSettings.descriptiveBotBuilder",
                "buildtimeSettings.sampleUtteranceGeneration",
            )
        ),
    ),
    own=("speechRecognitionSettings.speechModelConfig.deepgramConfig.modelId",),
)
_INTENT = Made(
    "AWS::Lex::Bot",
    Kind.LEX,
    f"{_LOCALE_ARN}/{{localeId}}/{{intentId}}",
    "{botName} {botAliasName} {localeId} {intentName}",
    (Field("qnAIntentConfiguration.bedrockModelConfiguration.modelArn"),),
)
_LOCALE = {"botId": "botId", "botVersion": "botVersion", "localeId": "localeId"}

LEX = Service(
    "lexv2-models",
    "lex",
    (
        Call(
            "ListBots",
            "botSummaries[]",
            then=(
                # A version without an alias cannot be called; the working draft has its own alias.
                Call(
                    "ListBotAliases",
                    "botAliasSummaries[]",
                    {"botId": "botId"},
                    then=(
                        Call(
                            "ListBotLocales",
                            "botLocaleSummaries[]",
                            {"botId": "botId", "botVersion": "botVersion"},
                            then=(
                                Call("DescribeBotLocale", arguments=_LOCALE, made=_BOT_LOCALE),
                                Call(
                                    "ListIntents",
                                    "intentSummaries[]",
                                    _LOCALE,
                                    only={"parentIntentSignature": ("AMAZON.QnAIntent",)},
                                    then=(
                                        Call(
                                            "DescribeIntent",
                                            arguments={**_LOCALE, "intentId": "intentId"},
                                            made=_INTENT,
                                        ),
                                    ),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
)

_AI_PROMPT = Made("AWS::Wisdom::AIPrompt", Kind.CONNECT, "{aiPromptArn}", "{name}", (Field("modelId"),))
_AI_PROMPT_VERSION = Made(
    "AWS::Wisdom::AIPromptVersion",
    Kind.CONNECT,
    "{aiPromptSummary.aiPromptArn}:{versionNumber}",
    "{aiPromptSummary.name} {versionNumber}",
    (Field("aiPromptSummary.modelId"),),
)
_WISDOM_KNOWLEDGE_BASE = Made(
    "AWS::Wisdom::KnowledgeBase",
    Kind.CONNECT,
    "{knowledgeBaseArn}",
    "{name}",
    (
        Field(
            "vectorIngestionConfiguration.parsingConfiguration.bedrockFoundationModelConfiguration.modelArn",
            Role.PARSING,
        ),
    ),
)

Q_IN_CONNECT = Service(
    "qconnect",
    "wisdom",
    (
        Call(
            "ListAssistants",
            "assistantSummaries[]",
            then=(
                Call(
                    "ListAIPrompts",
                    "aiPromptSummaries[]",
                    {"assistantId": "assistantId"},
                    {"origin": "CUSTOMER"},
                    made=_AI_PROMPT,
                    then=(
                        Call(
                            "ListAIPromptVersions",
                            "aiPromptVersionSummaries[]",
                            {"assistantId": "assistantId", "aiPromptId": "aiPromptId"},
                            made=_AI_PROMPT_VERSION,
                        ),
                    ),
                ),
            ),
        ),
        Call("ListKnowledgeBases", "knowledgeBaseSummaries[]", made=_WISDOM_KNOWLEDGE_BASE),
    ),
)
