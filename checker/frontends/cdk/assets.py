"""The files that an assembly uploads: finds the file of an object in S3 by the asset manifests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checker.errors import ReadError
from checker.frontends.cdk.manifest import Report, read_json
from checker.source.files import SourceFiles

_SUFFIX = ".assets.json"


@dataclass(slots=True)
class Assets:
    """The uploaded files by the directory of a template and the key of an object."""

    files: SourceFiles
    report: Report
    _by_directory: dict[Path, Mapping[str, Path]] = field(default_factory=dict)

    def path(self, directory: Path, key: str) -> Path | None:
        """The file that is uploaded under a key, by an asset manifest in `directory`; the last part of the key is
        enough.

        The app writes the key into a template, even where the CDK CLI would write the path of the file.
        """
        if directory not in self._by_directory:
            self._by_directory[directory] = self._read(directory)
        return self._by_directory[directory].get(key.rpartition("/")[2])

    def _read(self, directory: Path) -> Mapping[str, Path]:
        try:
            manifests = [path for path in self.files.list_directory(directory) if path.name.endswith(_SUFFIX)]
        except ReadError:
            return {}
        found: dict[str, Path] = {}
        for manifest in manifests:
            advice = "Run `npx cdk synth` again; without it, nested stacks may not be found."
            # A missing nested stack is reported where it is nested.
            document = read_json(manifest, self.files, lambda one: self.report(one._replace(incomplete=False)), advice)
            uploaded = (document or {}).get("files")
            for asset in uploaded.values() if isinstance(uploaded, dict) else ():
                match asset:
                    case {"source": {"path": str(path)}, "destinations": dict(destinations)}:
                        for destination in destinations.values():
                            key = destination.get("objectKey") if isinstance(destination, dict) else None
                            if isinstance(key, str):
                                found.setdefault(key.rpartition("/")[2], directory / path)
                    case _:
                        pass
        return found
