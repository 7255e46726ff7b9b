"""The step that tries a voice that a person brought as files."""

from __future__ import annotations

from mstation.errors import InvalidInput
from mstation.graph.step import Inputs, Outputs
from mstation.making.facts import as_json
from mstation.voices.engines import OwnVoice, open_voice, try_voice
from mstation.voices.model_files import VoiceFiles


def tried(inputs: Inputs) -> Outputs:
    """Return that a voice speaks, or why it cannot, in both languages."""
    try:
        try_voice(_files(inputs))
    except InvalidInput as error:
        return {"told": as_json({"en": error.told("en"), "zh": error.told("zh")})}
    return {"told": as_json({})}


def brought(inputs: Inputs) -> OwnVoice | None:
    """Return the voice from files that a step was given, or None; it was tried before."""
    return open_voice(_files(inputs)) if "model" in inputs.blobs else None


def _files(inputs: Inputs) -> VoiceFiles:
    own = inputs.params["own"]
    model, beside = inputs.blobs["model"], inputs.blobs["beside"]
    return VoiceFiles(own["engine"], model.path, beside.read(), own["speaker"])
