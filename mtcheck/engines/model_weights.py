"""Reads the weights of a Hugging Face checkpoint into numpy arrays, without torch.

Two forms exist on the hub: safetensors (a JSON header and raw data) and ``pytorch_model.bin`` (a
pickle, either inside a zip or, before torch 1.6, as a bare stream). Pickles are read with an
unpickler that knows nothing but tensors, so that a checkpoint can't run code.
"""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.core.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Weights = dict[str, NDArray[np.floating[Any]]]

SAFETENSORS = "model.safetensors"
TORCH = "pytorch_model.bin"

_SAFE_TYPES = {"F32": "<f4", "F16": "<f2", "BF16": "<u2", "F64": "<f8", "I64": "<i8", "I32": "<i4"}
_TORCH_TYPES = {
    "FloatStorage": "<f4", "HalfStorage": "<f2", "BFloat16Storage": "<u2",
    "DoubleStorage": "<f8", "LongStorage": "<i8", "IntStorage": "<i4",
}  # fmt: skip
_FLOAT16 = "<f2"
_BFLOAT16 = "<u2"
_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C


def weights_file(folder: Path) -> Path | None:
    """Return the checkpoint of a Hugging Face folder, safetensors first; None if there is none."""
    return next((f for n in (SAFETENSORS, TORCH) if (f := folder / n).is_file()), None)


def read_weights(path: Path) -> Weights:
    """Return all tensors of a checkpoint as writable arrays, by name.

    float16 stays what it is; every other type becomes float32, for numpy has no bfloat16.

    Args:
        path: a ``.safetensors`` file, or a torch checkpoint of either form.

    Raises:
        ModelError: ``damaged-model`` if the file is cut short, malformed, or a pickle that holds
            anything but tensors.
    """
    try:
        if path.suffix == ".safetensors":
            return _read_safetensors(path)
        if zipfile.is_zipfile(path):
            return _read_torch_zip(path)
        return _read_torch_stream(path)
    except ModelError:
        raise
    except (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, IndexError) as e:
        raise _damaged(path, str(e)) from e
    except (pickle.UnpicklingError, zipfile.BadZipFile, struct.error) as e:
        raise _damaged(path, str(e)) from e


def check_safetensors(path: Path) -> None:
    """Check that a safetensors file has the length that its header says; reads no weights.

    Raises:
        ModelError: ``damaged-model``.
    """
    try:
        _safetensors_header(path)
    except (OSError, ValueError, KeyError, TypeError, struct.error) as e:
        raise _damaged(path, str(e)) from e


def _damaged(path: Path, why: str) -> ModelError:
    return ModelError(
        "damaged-model",
        f"the weights can't be read: {why or 'malformed file'}",
        where=str(path),
        try_="fetch the file again; `mtcheck models verify` checks pulled models",
    )


def _array(data: bytes, kind: str, shape: tuple[int, ...]) -> NDArray[np.floating[Any]]:
    import numpy as np

    raw = np.frombuffer(data, dtype=kind)
    if kind == _BFLOAT16:  # the upper half of a float32
        raw = (raw.astype(np.uint32) << 16).view(np.float32)
    # A copy even where the type is right: the converter quantises in place.
    if kind == _FLOAT16:
        return np.array(raw, dtype=np.float16).reshape(shape)
    return np.array(raw, dtype=np.float32).reshape(shape)


def _safetensors_header(path: Path) -> tuple[Mapping[str, Any], int]:
    size = path.stat().st_size
    with path.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        if length > size - 8:
            raise ValueError("the header is cut short")
        header = json.loads(stream.read(length))
    header.pop("__metadata__", None)
    end = max((entry["data_offsets"][1] for entry in header.values()), default=0)
    if 8 + length + end != size:
        raise ValueError(f"{size:,} bytes, but its header tells of {8 + length + end:,}")
    return header, 8 + length


def _read_safetensors(path: Path) -> Weights:
    header, start = _safetensors_header(path)
    weights: Weights = {}
    with path.open("rb") as stream:
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            stream.seek(start + begin)
            kind = _SAFE_TYPES[entry["dtype"]]
            weights[name] = _array(stream.read(end - begin), kind, tuple(entry["shape"]))
    return weights


class _Storage:
    """What the pickle calls a storage: the type now, the data when it is asked for."""

    def __init__(self, kind: str, key: str, numel: int) -> None:
        self.kind, self.key, self.numel = kind, key, numel


class _Tensor:
    """A strided view of a storage, as torch pickles it."""

    def __init__(
        self, storage: _Storage, offset: int, shape: tuple[int, ...], stride: tuple[int, ...]
    ) -> None:
        self.storage, self.offset, self.shape, self.stride = storage, offset, shape, stride

    def array(self, load: Callable[[_Storage], bytes]) -> NDArray[np.floating[Any]]:
        import numpy as np

        flat = _array(load(self.storage), self.storage.kind, (self.storage.numel,))
        last = self.offset + sum((n - 1) * s for n, s in zip(self.shape, self.stride, strict=True))
        if min(self.shape, default=1) and not 0 <= last < flat.size:
            raise ValueError("a tensor reaches beyond its storage")
        view = np.lib.stride_tricks.as_strided(
            flat[self.offset :], self.shape, tuple(flat.itemsize * s for s in self.stride)
        )
        return np.ascontiguousarray(view)


def _rebuild_tensor(
    storage: _Storage, offset: int, shape: tuple[int, ...], stride: tuple[int, ...], *_: object
) -> _Tensor:
    return _Tensor(storage, offset, shape, stride)


def _rebuild_parameter(tensor: _Tensor, *_: object) -> _Tensor:
    return tensor


class _StorageType:
    def __init__(self, kind: str) -> None:
        self.kind = kind


class _Unpickler(pickle.Unpickler):
    """Resolves the handful of names that a state dict needs, and no others."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module == "torch._utils" and name in ("_rebuild_tensor_v2", "_rebuild_tensor"):
            return _rebuild_tensor
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return _rebuild_parameter
        if module == "torch" and name in _TORCH_TYPES:
            return _StorageType(_TORCH_TYPES[name])
        raise pickle.UnpicklingError(f"the checkpoint asks for {module}.{name}, not a tensor")

    def persistent_load(self, pid: Any) -> _Storage:
        # ("storage", type, key, device, number of elements[, view])
        if not isinstance(pid, tuple) or len(pid) < 5 or pid[0] != "storage":
            raise pickle.UnpicklingError("the checkpoint holds something that is not a storage")
        if len(pid) > 5 and pid[5] is not None:
            raise pickle.UnpicklingError("the checkpoint holds views of storages")
        return _Storage(pid[1].kind, str(pid[2]), int(pid[4]))


def _tensors(state: Any) -> dict[str, _Tensor]:
    if not isinstance(state, dict):
        raise ValueError("the checkpoint is no state dict")
    return {str(k): v for k, v in state.items() if isinstance(v, _Tensor)}


def _read_torch_zip(path: Path) -> Weights:
    with zipfile.ZipFile(path) as archive:
        index = next(n for n in [*archive.namelist(), ""] if n.endswith("data.pkl") or not n)
        if not index:
            raise ValueError("no data.pkl in the archive")
        root = index.removesuffix("data.pkl")
        state = _Unpickler(io.BytesIO(archive.read(index))).load()
        return {
            name: tensor.array(lambda storage: archive.read(f"{root}data/{storage.key}"))
            for name, tensor in _tensors(state).items()
        }


def _read_torch_stream(path: Path) -> Weights:
    with path.open("rb") as stream:
        if _Unpickler(stream).load() != _LEGACY_MAGIC:
            raise ValueError("neither a zip nor a torch checkpoint")
        _Unpickler(stream).load()  # protocol version
        _Unpickler(stream).load()  # machine that wrote it
        tensors = _tensors(_Unpickler(stream).load())
        keys = _Unpickler(stream).load()
        widths = {t.storage.key: int(t.storage.kind[-1]) for t in tensors.values()}
        data: dict[str, bytes] = {}
        for key in map(str, keys):
            (numel,) = struct.unpack("<q", stream.read(8))
            want = numel * widths.get(key, 4)
            data[key] = stream.read(want)
            if len(data[key]) != want:
                raise ValueError("the file is cut short")
    return {name: tensor.array(lambda s: data[s.key]) for name, tensor in tensors.items()}
