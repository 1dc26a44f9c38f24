"""How Bedrock names models.

AWS's own patterns (in its service models) are not used: they are partly unanchored, end in catch-alls, and refuse
existing ids. The patterns here were checked against 344 ids known in November 2026.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple
from urllib.parse import unquote

from checker.model.lifecycle import GEOGRAPHIES
from checker.model.reference import Form
from checker.values import HOLE, Piece, Slices, Text, Unknown

# Free text holds host names and package names shaped like ids, so there only these providers count.
PROVIDERS = (
    "ai21",
    "amazon",
    "anthropic",
    "cohere",
    "deepseek",
    "google",
    "luma",
    "meta",
    "minimax",
    "mistral",
    "moonshot",
    "moonshotai",
    "nvidia",
    "openai",
    "qwen",
    "stability",
    "twelvelabs",
    "writer",
    "xai",
    "zai",
)

_GEO = "|".join(re.escape(geo) for geo in GEOGRAPHIES)
_PROVIDER = "|".join(PROVIDERS)

_ID = re.compile(
    rf"(?:(?P<geo>{_GEO})\.)?(?P<base>(?P<provider>[a-z][a-z0-9-]*)\.[a-z0-9][a-z0-9.-]*(?::\d+)?)"
    r"(?::(?P<ctx>\d+k?|mm))?"
)
# An unknown geography before an id of a known provider.
_AFTER_HOLE = re.compile(
    rf"{HOLE}+\.?(?P<id>(?P<base>(?:{_PROVIDER})\.[a-z0-9][a-z0-9.-]*(?::\d+)?)(?::(?:\d+k?|mm))?)"
)
# What follows a model in the path of a runtime call: `/model/ID/invoke`.
_CALL = r"/(?:invoke|converse|count-tokens)\b"
# The quantifiers are possessive. Otherwise a text made for it takes exponential time.
_NAME = (
    rf"(?:{_PROVIDER})\."
    r"(?=[a-z0-9.-]*[\d-])[a-z][a-z0-9-]*+(?:\.\d[a-z0-9-]*+)*+(?::\d++(?::(?:\d++k?|mm))?)?"
    rf"(?:(?={_CALL})|(?![A-Za-z0-9_/@{HOLE}]|[.:-][A-Za-z0-9{HOLE}]))"
)
# How LiteLLM writes a Bedrock model: API, Region or commitment before an id or an ARN.
# `(?!)` never matches. Before Python 3.11.5, a possessive group goes on where its last alternative gave up.
_LITELLM = re.compile(rf"bedrock/(?:(?!arn:)[A-Za-z0-9_{HOLE}-]++/|(?!)){{0,4}}+")
_REGION_OF_ROUTE = re.compile(r"/([a-z]{2,4}(?:-[a-z]+)+-\d)/")
_FREE_ID = re.compile(
    rf"(?:(?P<route>{_LITELLM.pattern})|(?<![A-Za-z0-9_.@/-])|(?<=converse/)|(?<=foundation-model/)"
    rf"|(?<=inference-profile/)|(?<=/model/)(?=[^/\s]{{1,100}}{_CALL})|(?={HOLE}\.)|(?P<path>(?<=/))"
    # What looks like a geography, perhaps one that AWS has added since.
    rf"|(?P<new>(?<![A-Za-z0-9_.@/-])[a-z]{{2,6}}\.(?=(?:{_PROVIDER})\.)))"
    rf"(?P<id>(?:{HOLE}\.|(?:{_GEO})\.)?{_NAME})"
)

# A path before an id, as tools write it that call models of several vendors; no address, and no path of a file.
_PATH = re.compile(r"(?:\A|(?<=[\s\"'=,\[(]))[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+){0,4}/\Z")
_LONGEST_PATH = 200

# What follows the account in the ARN of each form, up to the `/`.
_RESOURCES = {
    "foundation-model": Form.FOUNDATION_MODEL_ARN,
    "inference-profile": Form.INFERENCE_PROFILE_ARN,
    "application-inference-profile": Form.APPLICATION_INFERENCE_PROFILE_ARN,
    "provisioned-model": Form.PROVISIONED_MODEL_ARN,
    "custom-model": Form.CUSTOM_MODEL_ARN,
    "custom-model-deployment": Form.CUSTOM_MODEL_DEPLOYMENT_ARN,
    "imported-model": Form.IMPORTED_MODEL_ARN,
    "prompt-router": Form.PROMPT_ROUTER_ARN,
    "default-prompt-router": Form.PROMPT_ROUTER_ARN,
    "prompt": Form.PROMPT_ARN,
    "model-customization-job": Form.JOB_ARN,
    "model-import-job": Form.JOB_ARN,
    "model-copy-job": Form.JOB_ARN,
    "model-invocation-job": Form.JOB_ARN,
    "evaluation-job": Form.JOB_ARN,
    "model-evaluation-job": Form.JOB_ARN,
    "advanced-prompt-optimization-job": Form.JOB_ARN,
}
_NAMES_A_MODEL = frozenset({Form.FOUNDATION_MODEL_ARN, Form.INFERENCE_PROFILE_ARN})
_EMBEDS_A_BASE_MODEL = frozenset({"custom-model", "model-customization-job"})


class ModelReference(NamedTuple):
    """What a text tells about the model that it names.

    `base`: the id of the base model with its revision, without geography and context suffix; None if the text does not
    tell. `span`: where the id, or what stands for it, is in `Text.marked()`. `partition`, `region` and `account`: None
    outside an ARN and where unknown. An IAM pattern may have `*` or nothing there. For an id in a URL of a runtime
    call, `region` comes from the URL. `pattern` is set for a wildcard, `hole` if a part of the id itself is unknown.
    `text` is the parsed text; it renders back.
    """

    text: Text
    form: Form
    span: tuple[int, int]
    base: str | None = None
    geography: str | None = None
    context: str | None = None
    provider: str | None = None
    partition: str | None = None
    region: str | None = None
    account: str | None = None
    resource_type: str | None = None
    pattern: str | None = None
    hole: Unknown | None = None

    @property
    def core(self) -> str | None:
        """The id inside a pattern, if there is one (`*.anthropic.claude-v2`)."""
        if self.pattern is None:
            return None
        core = re.sub(r"^(?:\*\.?|[a-z-]*\*\.)", "", self.pattern)
        core = re.sub(r":?\*$", "", core)
        found = _ID.fullmatch(core)
        return found["base"] if found and not re.search(r"[*?]", core) else None


def parse_reference(text: Text) -> ModelReference | None:
    """Parses `text`, the whole value of a property; None if it is no model reference.

    A text that has the form of neither an id nor an ARN is a name (of provisioned throughput, of a deployment): its
    form is `OTHER`. The ARN of something else (a guardrail, a knowledge base) is no reference.
    """
    marked = text.marked()
    if not marked:
        return None
    prefix = _LITELLM.match(marked)
    return _parse(text, marked) if prefix is None else _parse_after_prefix(text, marked, prefix)


def _parse(text: Text, marked: str) -> ModelReference | None:
    head, slash, _ = marked.partition("/")
    if marked.startswith("arn:") and (HOLE not in head or head.count(":") >= _COLONS_OF_AN_ARN):
        return _parse_arn(text, marked)
    if slash and HOLE in head:
        return _parse_after_unknown_arn(text, marked)
    return _parse_id(text, marked, 0, len(marked), form=None)


_COLONS_OF_AN_ARN = 5


def _parse_after_prefix(text: Text, marked: str, prefix: re.Match[str]) -> ModelReference | None:
    named = marked[prefix.end() :]
    inner = _parse(text.slice(prefix.end(), len(marked)), named) if named else None
    if inner is None:
        return None
    start, end = inner.span
    return inner._replace(
        text=text,
        form=inner.form if inner.base is None else Form.PROVIDER_MODEL_ID,
        span=(start + prefix.end(), end + prefix.end()),
        region=_region_of_route(prefix[0]) or inner.region,
    )


def _parse_arn(text: Text, marked: str) -> ModelReference | None:
    parts = marked.split(":", 5)
    if len(parts) < 6:
        return _whole_hole(text, marked)
    _, partition, service, region, account, resource = parts
    start = len(marked) - len(resource)
    where = ModelReference(
        text,
        Form.OTHER,
        (start, len(marked)),
        partition=_field(partition),
        region=_field(region),
        account=_field(account),
    )
    if service == "sagemaker":
        if not resource.startswith("endpoint/"):
            return None
        return where._replace(form=Form.SAGEMAKER_ENDPOINT_ARN)
    if service != "bedrock" and HOLE not in service:
        return None
    kind, slash, _ = resource.partition("/")
    if not slash or HOLE in kind or "*" in kind:
        return _arn_without_kind(where, resource)
    form = _RESOURCES.get(kind)
    if form is None:
        return None
    id_start = start + len(kind) + 1
    found = _parse_resource(text, marked, kind, form, id_start)
    return found._replace(resource_type=kind, partition=where.partition, region=where.region, account=where.account)


def _arn_without_kind(where: ModelReference, resource: str) -> ModelReference | None:
    """An ARN that does not say which kind of resource it names: a pattern over all kinds, or a hole."""
    if HOLE in resource:
        return where._replace(hole=where.text.slice(*where.span).holes[0])
    return where._replace(form=Form.WILDCARD, pattern=resource) if "*" in resource else None


def _parse_resource(text: Text, marked: str, kind: str, form: Form, start: int) -> ModelReference:
    end = len(marked)
    if form in _NAMES_A_MODEL:
        found = _parse_id(text, marked, start, end, form)
        return found if found is not None else ModelReference(text, Form.OTHER, (start, end))
    if kind in _EMBEDS_A_BASE_MODEL:
        slash = marked.find("/", start)
        stop = slash if slash >= 0 else end
        if marked[start:stop] == "imported":
            return ModelReference(text, Form.IMPORTED_MODEL_ARN, (start, end))
        if re.search(r"[*?]", marked[start:end]):
            return ModelReference(text, Form.WILDCARD, (start, end), pattern=marked[start:end])
        found = _parse_id(text, marked, start, stop, form)
        if found is not None and found.base is not None:
            return found
    if re.search(r"[*?]", marked[start:end]):
        return ModelReference(text, Form.WILDCARD, (start, end), pattern=marked[start:end])
    holes = text.slice(start, end).holes
    return ModelReference(text, form, (start, end), hole=holes[0] if holes else None)


def _parse_after_unknown_arn(text: Text, marked: str) -> ModelReference | None:
    """A text with an unknown beginning that may be the beginning of an ARN: `⟨var.prefix⟩foundation-model/…`."""
    before, _, _ = marked.rpartition("/")
    kind = re.split(rf"[:/{HOLE}]", before)[-1]
    start = len(before) + 1
    if kind and kind not in _RESOURCES:
        return _whole_hole(text, marked)
    form = _RESOURCES.get(kind, Form.FOUNDATION_MODEL_ARN)
    found = _parse_resource(text, marked, kind, form, start)
    if found.base is None and found.hole is None and found.pattern is None and not kind:
        return _whole_hole(text, marked)
    return found._replace(resource_type=kind or None)


def _whole_hole(text: Text, marked: str) -> ModelReference | None:
    holes = text.holes
    return ModelReference(text, Form.OTHER, (0, len(marked)), hole=holes[0]) if holes else None


def _parse_id(text: Text, marked: str, start: int, end: int, form: Form | None) -> ModelReference | None:
    """The id in a span. `form` is the form of the ARN around it, if there is one."""
    written = marked[start:end]
    if re.search(r"[*?]", written):
        return ModelReference(text, Form.WILDCARD, (start, end), pattern=written)
    found = _ID.fullmatch(written)
    if found is not None:
        if found["provider"] == "guardrail":
            return None
        geography = found["geo"]
        own_form = Form.INFERENCE_PROFILE_ID if geography else Form.MODEL_ID
        return ModelReference(
            text,
            form or own_form,
            (start + found.start("base"), end),
            base=found["base"],
            geography=geography,
            context=found["ctx"],
            provider=found["provider"],
        )
    after = _AFTER_HOLE.fullmatch(written)
    if after is not None:
        # Before a whole id there can only be a geography: the service accepts nothing else there.
        base = after["base"]
        return ModelReference(
            text,
            form or Form.INFERENCE_PROFILE_ID,
            (start + after.start("id"), end),
            base=base,
            provider=base.partition(".")[0],
        )
    holes = text.slice(start, end).holes
    return ModelReference(text, form or Form.OTHER, (start, end), hole=holes[0] if holes else None)


def _field(written: str) -> str | None:
    return None if HOLE in written else written


def _region_of_route(route: str | None) -> str | None:
    found = None if route is None else _REGION_OF_ROUTE.search(route)
    return None if found is None else found[1]


def find_ids(text: Text, *, any_geography: bool = False) -> Iterator[ModelReference]:
    """The ids of models and profiles of known providers in free text. The catalog may not know them.

    The `text` of each is the resource part of its ARN, or the id alone. Percent-encoding in a URL path is decoded.
    `any_geography`: also behind what only looks like a geography. Names of packages look so too (`com.amazon.…`), so
    that the catalog has to know the id.
    """
    marked = text.marked()
    if "." not in marked:
        return
    if "%" in marked and _ENCODED.search(marked) is not None:
        text = _decoded(text, marked)
        marked = text.marked()
    slices = Slices.of(text)
    for found in _FREE_ID.finditer(marked):
        if found["new"] is not None and not any_geography:
            continue
        start, end = found.span("id")
        path = slip = None
        if found["path"] is not None:
            path = _PATH.search(marked, max(start - _LONGEST_PATH, 0), start)
            slip = _SLIP_OF_ARN.search(marked, max(start - _LONGEST_ARN, 0), start)
            if path is None and slip is None:
                continue
        route = found["route"] if path is None else f"/{path[0]}"
        reference = parse_reference(Text(tuple(slices.pieces(_start_of_arn(marked, start), end))))
        if reference is not None and reference.base is not None:
            of_place = slip["region"] if slip else _region_of_route(route) or _region_of_call(marked, start)
            yield reference._replace(region=reference.region or of_place)


# The longest id of the API (`BedrockModelId` in botocore). A longer text would be looked up once for each of its parts.
_LONGEST_ID = 140
# What begins with one character is searched several times as fast as an alternation.
_WRITTEN = re.compile(
    rf"\.(?:{'|'.join(rf'(?<={provider}[.])' for provider in PROVIDERS)})[a-z0-9][a-z0-9.:-]{{0,{_LONGEST_ID}}}"
)
_LONGEST_FIRST = sorted(PROVIDERS, key=len, reverse=True)
_LAST_PART = re.compile(r"[.:-][^.:-]*\Z")


def written_ids(text: str, is_known: Callable[[str], bool]) -> Iterator[tuple[int, str]]:
    """The known ids in a text with their offsets, regardless of what surrounds them."""
    for found in _WRITTEN.finditer(text):
        provider = next(each for each in _LONGEST_FIRST if text.endswith(each, 0, found.start()))
        # What separates parts is none: a key of YAML has a colon behind it.
        written = (provider + found[0]).rstrip(".:-")
        while written and not is_known(written):
            shorter = _LAST_PART.sub("", written)
            written = shorter if shorter != written else ""
        if written:
            yield found.start() - len(provider), written


# In free text: the ARN of a model, whatever part of it is known, and an id with an unknown part
# (`anthropic.claude-${x}`).
_KINDS = "|".join(
    kind
    for kind, form in _RESOURCES.items()
    if form not in {Form.JOB_ARN, Form.PROMPT_ARN, Form.SAGEMAKER_ENDPOINT_ARN}
)
_MODEL_ARN = re.compile(
    rf"arn:[a-z{HOLE}-]*+:bedrock:[a-z0-9{HOLE}-]*+:[0-9{HOLE}]*+:(?:{_KINDS})/[A-Za-z0-9{HOLE}]"
    rf"[A-Za-z0-9._:/{HOLE}-]*"
)
# What ends where an id, or the rest of one, would begin.
_UNFINISHED = re.compile(
    rf"(?:{_LITELLM.pattern})?(?:arn:[^:\s]*+:bedrock:[^:\s]*+:[^:\s]*+:(?:{_KINDS})/|(?:(?:{_GEO})\.)?(?:{_PROVIDER})\.)"
)
# Provider names that are ordinary words count only before names of their models, or behind a geography.
_ORDINARY = r"amazon\.(?:nova|titan|rerank)|meta\.llama|google\.gemma|writer\.palmyra"
_SPECIFIC = "|".join(provider for provider in PROVIDERS if provider not in {"amazon", "meta", "google", "writer"})
_PARTIAL_ID = re.compile(
    r"(?:(?<![A-Za-z0-9_.@/-])|(?<=bedrock/)|(?<=converse/)|(?<=invoke/))"
    rf"(?:(?:{_GEO})\.(?:{_PROVIDER})\.|{_ORDINARY}|(?:{_SPECIFIC})\.)[a-z0-9.:-]*+{HOLE}[a-z0-9.:{HOLE}-]*+"
)
_WHOLE_ID = re.compile(rf"(?:(?:{_GEO})\.)?(?:{_PROVIDER})\.(?=[a-z0-9.:-]*-)(?=[a-z.-]*[0-9])[a-z][a-z0-9.:-]*")
# Such an id as the value of a line of settings, of a shell script or of YAML.
_ASSIGNED_ID = re.compile(
    r"(?m)(?:[\w\"']=|[\w\"'][ \t]*:[ \t]+|[ \t]=[ \t]+|^[ \t]*-[ \t]+)[\"']?"
    rf"(?P<id>{_WHOLE_ID.pattern})[\"']?(?=[ \t]*(?:$|[,;]|[ \t]#))"
)
_TRAILING = ".:-/"


def find_partial(text: Text) -> Iterator[ModelReference]:
    """Texts in free text that can only be Bedrock models, judged by their known part.

    These are ARNs of models of any kind, ids with an unknown part, and an id of a known provider that is the whole
    text, or a whole value in it (`MODEL=id`, `model: id`, `- id`).
    """
    marked = text.marked()
    if "." not in marked and "arn:" not in marked:
        return
    if _WHOLE_ID.fullmatch(marked) is not None:
        spans = [(0, len(marked))]
    else:
        spans = [found.span() for found in _MODEL_ARN.finditer(marked)]
        spans += [found.span("id") for found in _ASSIGNED_ID.finditer(marked)]
        is_covered = _covering(spans)
        spans += [found.span() for found in _PARTIAL_ID.finditer(marked) if not is_covered(found.start())]
    slices = Slices.of(text)
    for start, end in spans:
        end = start + len(marked[start:end].rstrip(_TRAILING))
        reference = parse_reference(Text(tuple(slices.pieces(start, end))))
        if reference is not None:
            yield reference


def ends_before_an_id(text: Text) -> bool:
    """True for an ARN of a model, or an id, whose last part is empty (`…:foundation-model/`, `us.anthropic.`)."""
    return _UNFINISHED.fullmatch(text.marked()) is not None


def _covering(spans: Iterable[tuple[int, int]]) -> Callable[[int], bool]:
    """A test whether an offset is in one of the spans, by binary search: a text can have many."""
    in_order = sorted(spans)
    starts = [start for start, _ in in_order]
    ends = list(accumulate((end for _, end in in_order), max))

    def is_covered(offset: int) -> bool:
        before = bisect_right(starts, offset)
        return before > 0 and offset < ends[before - 1]

    return is_covered


# The characters of ids and ARNs that a path encodes.
_ENCODED = re.compile("%3a|%2f", re.IGNORECASE)


def _decoded(text: Text, marked: str) -> Text:
    slices = Slices.of(text)
    pieces: list[Piece | Unknown] = []
    position = 0
    for found in _ENCODED.finditer(marked):
        pieces += slices.pieces(position, found.start())
        trail = next((piece.trail for piece in slices.pieces(*found.span()) if isinstance(piece, Piece)), ())
        pieces.append(Piece(unquote(found[0]), trail))
        position = found.end()
    pieces += slices.pieces(position, len(marked))
    return Text(tuple(pieces))


_KIND = "|".join(_RESOURCES)
_ARN_BEFORE = re.compile(rf"arn:[a-z0-9{HOLE}-]*:bedrock:[a-z0-9*{HOLE}-]*:[0-9*{HOLE}]*:(?:{_KIND})/$")
# The same with a kind of resource that Bedrock does not have, such as `foundation-models`.
_SLIP_OF_ARN = re.compile(
    rf"arn:[a-z0-9{HOLE}-]*:bedrock:(?:(?P<region>[a-z0-9-]+)|[*{HOLE}]*):[0-9*{HOLE}]*:(?!(?:{_KIND})/)[A-Za-z_-]+/$"
)
_LONGEST_ARN = 160


# What precedes the id in a runtime call: its host, or the integration of an API.
_CALL_BEFORE = re.compile(
    r"(?:\bbedrock-runtime(?:-fips)?\.(?P<host>[a-z0-9-]+)\.(?:vpce\.)?(?:amazonaws\.com(?:\.cn)?|api\.aws)(?::443)?"
    r"|:apigateway:(?P<integration>[a-z0-9-]+):bedrock-runtime:path)/model/$"
)


def _region_of_call(marked: str, start: int) -> str | None:
    found = _CALL_BEFORE.search(marked, max(0, start - _LONGEST_ARN), start)
    return None if found is None else found["host"] or found["integration"]


def _start_of_arn(marked: str, start: int) -> int:
    window = max(0, start - _LONGEST_ARN)
    found = _ARN_BEFORE.search(marked, window, start)
    return found.start() if found else start
