"""The operations of services that run code or hold configuration, whose texts may name a model; off by default."""

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
                # A version behind an alias keeps its environment.
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
# The default page of ECS holds 10.
_MOST = {"maxResults": 100}
_ECS = Service(
    "ecs",
    "ecs",
    (
        # The task definitions that services run, and the newest one of each family, which may be run as a task.
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
# Only the names and types of parameters are listed; a SecureString is never asked for its value.
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
