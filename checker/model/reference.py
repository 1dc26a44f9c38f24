"""A use of a model in the code."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from checker.model.resource import Change, Framework
from checker.model.stages import StageOn
from checker.source import Location
from checker.values import Cause, Certainty, Given, Trail


class Usage(StrEnum):
    """How the code uses the model that it names."""

    USE = "use"
    INDIRECT = "indirect"
    GRANT = "grant"
    MENTION = "mention"
    SELECTABLE = "selectable"


class Kind(StrEnum):
    """The kind of thing that uses the model."""

    AGENT = "agent"
    KNOWLEDGE_BASE = "knowledge_base"
    DATA_SOURCE = "data_source"
    PROVISIONED_THROUGHPUT = "provisioned_throughput"
    INFERENCE_PROFILE = "inference_profile"
    PROMPT = "prompt"
    FLOW = "flow"
    CUSTOM_MODEL = "custom_model"
    PROMPT_ROUTER = "prompt_router"
    EVALUATION = "evaluation"
    AGENTCORE = "agentcore"
    LEX = "lex"
    CONNECT = "connect"
    IAM = "iam"
    ENV = "env"
    SSM = "ssm"
    STEP_FUNCTIONS = "step_functions"
    OTHER = "other"


class Role(StrEnum):
    """The role of the model."""

    GENERATION = "generation"
    EMBEDDING = "embedding"
    RERANKING = "reranking"
    PARSING = "parsing"
    FINE_TUNING = "fine-tuning"
    CAPACITY = "capacity"
    ROUTING = "routing"
    EVALUATION = "evaluation"
    MEMORY = "memory"
    SPEECH = "speech"
    BATCH = "batch"
    LOOKUP = "lookup"
    GRANT = "grant"
    CONFIGURATION = "configuration"
    GUARDRAIL_SCOPE = "guardrail-scope"


class Form(StrEnum):
    """The form in which a reference names its model."""

    MODEL_ID = "model-id"
    MANTLE_MODEL_ID = "mantle-model-id"
    FOUNDATION_MODEL_ARN = "foundation-model-arn"
    INFERENCE_PROFILE_ID = "inference-profile-id"
    INFERENCE_PROFILE_ARN = "inference-profile-arn"
    APPLICATION_INFERENCE_PROFILE_ARN = "application-inference-profile-arn"
    PROVISIONED_MODEL_ARN = "provisioned-model-arn"
    CUSTOM_MODEL_ARN = "custom-model-arn"
    CUSTOM_MODEL_DEPLOYMENT_ARN = "custom-model-deployment-arn"
    IMPORTED_MODEL_ARN = "imported-model-arn"
    PROMPT_ROUTER_ARN = "prompt-router-arn"
    PROMPT_ARN = "prompt-arn"
    JOB_ARN = "job-arn"
    SAGEMAKER_ENDPOINT_ARN = "sagemaker-endpoint-arn"
    PROVIDER_MODEL_ID = "provider-model-id"
    WILDCARD = "wildcard"
    OTHER = "other"


class Cost(StrEnum):
    """The cost of writing another model at a site."""

    IN_PLACE = "in-place"
    REPLACE = "replace"
    REPLACE_AND_REINDEX = "replace-and-reindex"


class Site(NamedTuple):
    """A property that names a model: a row of the sites table.

    `path` uses the names of its framework, with `[]` for a list and `{}` for a map. `accepts` are the forms that the
    service takes there; empty if unknown. `required`: nothing is deployed without it, if there is what is around it.
    """

    type: str
    path: str
    role: Role
    kind: Kind
    usage: Usage
    accepts: tuple[Form, ...]
    cost: Cost
    required: bool = False


class Candidate(NamedTuple):
    """One model that a reference can stand for.

    `text` is as written, with unknown parts as `⟨subject⟩`. `model` is the id of the base model without geography and
    context suffix; None for a wildcard, and for what is no base model of Bedrock (an imported model, another vendor's).
    `regions` decide its dates; empty if no Region is known. `written_at` is the location of the id. `open_region` is
    what a variable beside the model takes an unknown Region from; the Region of the resource says nothing then.
    """

    text: str
    model: str | None
    profile: str | None
    form: Form
    certainty: Certainty
    given: Given
    regions: tuple[str, ...]
    partition: str
    written_at: Location | None
    trail: Trail
    open_region: str = ""


class Unresolved(NamedTuple):
    """Why a reference, or a part of its alternatives, is unknown."""

    cause: Cause
    subject: str
    advice: str


class Reason(StrEnum):
    """Why an id in the code is only a mention."""

    COMMENT = "comment"
    DESCRIPTION = "description"
    UNUSED = "unused"
    NOT_LOADED = "not-loaded"
    CODE = "code"
    NOT_EVALUATED = "not-evaluated"


class Mention(NamedTuple):
    """An id in a file that no resource names. `stage` is the worst one of its model in any Region."""

    reason: Reason
    stage: StageOn | None


class Traffic(NamedTuple):
    """The calls of a model in a Region from `since` on; `last_day` is None if there were none.

    `of_resource`: they name the resource itself (an inference profile, say), and not its model. `model_last_day` is the
    last call of the base model under any name.
    """

    last_day: date | None
    calls: int
    since: date
    of_resource: bool = False
    model_last_day: date | None = None


class Reference(NamedTuple):
    """One site of one resource, with its candidates, or why there are none.

    `path` is the concrete property (`variant[1].model_id`), `site` the matching row of the table. `id` is unique in a
    scan. `commitment` is the term of provisioned throughput, as written. `tags` write unknown parts of a value as
    `⟨subject⟩`. `workspace` (Terraform) and `stack` (CloudFormation) are None where unknown. `moved_from` are the
    earlier addresses of the resource in Terraform code, the first one first. `complete`: one of the candidates is
    deployed under every choice, so the resource then exists and nothing else can be chosen. `mention` is set for an id
    in a file that no resource names; its address is the file. `name` and `traffic` are known only of what was found in
    an account: its name there, and the calls of its model in its Region. `named_path` is the path with the names of the
    elements of lists in place of their indices; empty if none has a name.
    """

    id: str
    framework: Framework
    input: str
    address: str
    resource_type: str
    path: str
    site: Site
    location: Location | None
    candidates: tuple[Candidate, ...]
    unresolved: Unresolved | None = None
    change: Change | None = None
    models_before: tuple[str, ...] | None = None
    commitment: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    workspace: str | None = None
    stack: str | None = None
    complete: bool = False
    moved_from: tuple[str, ...] = ()
    mention: Mention | None = None
    name: str | None = None
    traffic: Traffic | None = None
    named_path: str = ""

    def has_instance_key(self, text: str) -> bool:
        """True if a text is the key of the resource's instance, or of a module's around it: another makes another."""
        return f'["{text}"]' in self.address
