"""Inputs in which nothing can name a model are not evaluated: of them there is an outline, without resources."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from checker.model.options import Options
from checker.model.resource import InputKind, Loaded
from checker.source.files import SourceFiles

if TYPE_CHECKING:
    from checker.frontends.cloudformation.exports import Exports
    from checker.frontends.terraform.configuration.outline import Outlines as TerraformOutlines


class Outlines:
    """The outlines of one run. `may_name_a_model` looks at the content of a file."""

    def __init__(self, may_name_a_model: Callable[[bytes], bool]) -> None:
        self._may_name_a_model = may_name_a_model
        self._terraform: TerraformOutlines | None = None

    def of(
        self,
        kind: InputKind,
        path: Path,
        content: bytes,
        options: Options,
        files: SourceFiles,
        exports: "Exports | None" = None,
    ) -> Loaded | None:
        """The outline of an input; None if it has to be read, since something in it may name a model."""
        match kind:
            case InputKind.TERRAFORM:
                return self._modules().outline(path, options, files)
            case InputKind.CLOUDFORMATION:
                from checker.frontends.cloudformation.outline import outline_template

                return outline_template(path, options, files, content, self._may_name_a_model, exports)
            case InputKind.CDK:
                from checker.frontends.cdk.outline import outline_assembly

                return outline_assembly(path, options, files, self._may_name_a_model)
            case InputKind.TERRAFORM_PLAN | InputKind.TERRAFORM_STATE:
                # Their readers look at each resource.
                return None

    def exports(self, templates: Sequence[tuple[Path, bytes, Options, SourceFiles]]) -> "Exports | None":
        """What the templates of the run export; None if none of them takes it from another."""
        if not templates:
            return None
        from checker.frontends.cloudformation.quiet import imports

        if not any(imports(content) for _, content, _, _ in templates):
            return None
        from checker.frontends.cloudformation.exports import Template, exports_of

        return exports_of((Template(*one) for one in templates), self._may_name_a_model)

    def called_modules(self, directories: Sequence[Path], files: SourceFiles) -> Mapping[Path, frozenset[Path]]:
        """For each directory that others use as a Terraform module, those that use it; resolved paths."""
        from checker.frontends.terraform.root import called_modules

        return called_modules(directories, files, self._modules().declarations)

    def _modules(self) -> "TerraformOutlines":
        if self._terraform is None:
            from checker.frontends.terraform.configuration.outline import Outlines as TerraformOutlines

            self._terraform = TerraformOutlines(self._may_name_a_model)
        return self._terraform
