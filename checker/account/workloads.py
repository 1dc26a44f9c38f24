"""The operations of what runs code or holds configuration, whose texts may name a model: off unless asked for."""

from checker.account.calls import Call, Field, Made, Service
from checker.model.reference import Kind, Role, Usage


def _text(path: str) -> Field:
    return Field(path, Role.CONFIGURATION, Usage.INDIRECT, is_text=True)


_FUNCTION = Made(
    "AWS::Lambda::Function",
    Kind.ENV,
    "{FunctionArn}",
    "{FunctionName}",
    (_text("Environment.Variables{}"),),
)
_LAMBDA = Service(
    "lambda",
    "lambda",
    (
        Call(
            "ListFunctions",
            "Functions[]",
            made=_FUNCTION,
            then=(
                # A version that an alias names keeps its environment.
                Call(
                    "ListAliases",
                    "Aliases[]",
                    {"FunctionName": "FunctionName"},
                    skip={"FunctionVersion": ("$LATEST",)},
                    then=(
                        Call(
                            "GetFunctionConfiguration",
                            arguments={"FunctionName": "FunctionName", "Qualifier": "FunctionVersion"},
                            made=_FUNCTION._replace(type="AWS::Lambda::Alias", arn="{AliasArn}", name="{FunctionName}"),
                        ),
                    ),
                ),
            ),
        ),
    ),
    include="compute",
)
_TASK_DEFINITION = Call(
    "DescribeTaskDefinition",
    "taskDefinition",
    {"taskDefinition": "taskDefinition"},
    made=Made(
        "AWS::ECS::TaskDefinition",
        Kind.ENV,
        "{taskDefinitionArn}",
        "{family}",
        (_text("containerDefinitions[].environment[].value"),),
    ),
)
# Pages of ECS hold 10 otherwise.
_MOST = {"maxResults": 100}
_ECS = Service(
    "ecs",
    "ecs",
    (
        # What services run, and the newest revision of each family, which may be run as a task.
        Call(
            "ListClusters",
            "clusterArns[]",
            fixed=_MOST,
            bind="cluster",
            then=(
                Call(
                    "ListServices",
                    "serviceArns[]",
                    {"cluster": "cluster"},
                    _MOST,
                    bind="service",
                    then=(
                        Call(
                            "DescribeServices",
                            "services[]",
                            {"cluster": "cluster", "services": "service"},
                            batched="services",
                            then=(_TASK_DEFINITION,),
                        ),
                    ),
                ),
            ),
        ),
        Call(
            "ListTaskDefinitionFamilies",
            "families[]",
            fixed={"status": "ACTIVE", **_MOST},
            bind="taskDefinition",
            then=(_TASK_DEFINITION,),
        ),
    ),
    include="compute",
)
_SAGEMAKER = Service(
    "sagemaker",
    "sagemaker",
    (
        Call(
            "ListModels",
            "Models[]",
            then=(
                Call(
                    "DescribeModel",
                    arguments={"ModelName": "ModelName"},
                    made=Made(
                        "AWS::SageMaker::Model",
                        Kind.ENV,
                        "{ModelArn}",
                        "{ModelName}",
                        (_text("PrimaryContainer.Environment{}"), _text("Containers[].Environment{}")),
                        own=("ModelArn",),
                    ),
                ),
            ),
        ),
    ),
    include="compute",
)
_STEP_FUNCTIONS = Service(
    "stepfunctions",
    "states",
    (
        Call(
            "ListStateMachines",
            "stateMachines[]",
            then=(
                Call(
                    "DescribeStateMachine",
                    arguments={"stateMachineArn": "stateMachineArn"},
                    made=Made(
                        "AWS::StepFunctions::StateMachine",
                        Kind.STEP_FUNCTIONS,
                        "{stateMachineArn}",
                        "{name}",
                        (Field("definition", Role.GENERATION, Usage.INDIRECT, accepts=()),),
                    ),
                ),
            ),
        ),
    ),
    include="compute",
)
# Of parameters, only names are listed, with their types; the values of SecureString are never asked for.
_PLAIN = ("String", "StringList")
_SSM = Service(
    "ssm",
    "ssm",
    (
        Call(
            "DescribeParameters",
            "Parameters[]",
            fixed={"ParameterFilters": [{"Key": "Type", "Option": "Equals", "Values": list(_PLAIN)}]},
            only={"Type": _PLAIN},
            then=(
                Call(
                    "GetParameters",
                    "Parameters[]",
                    {"Names": "Name"},
                    {"WithDecryption": False},
                    only={"Type": _PLAIN},
                    batched="Names",
                    made=Made("AWS::SSM::Parameter", Kind.SSM, "{ARN}", "{Name}", (_text("Value"),)),
                ),
            ),
        ),
    ),
    include="parameters",
)

WORKLOADS = (_LAMBDA, _ECS, _SAGEMAKER, _STEP_FUNCTIONS, _SSM)
