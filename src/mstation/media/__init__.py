"""Any media file in; what it is, and small copies to look at and listen to, out.

    sniff       what a file is, by its first bytes
    probe       streams, exact rate, frames, start timecode
    derive      thumbnail, filmstrip, waveform, proxy: each a file
    fingerprints  by what pictures, frames and sound are known again
    segment     a piece of it for a cut; `slate` where there is none yet, `laid` for the sound
    apart       all of them in a process of its own, with limits of time and memory
    joining     segments and sound joined to a movie
    marks       whose it is, over pictures and sounds that are not paid for yet; `previews` of them
    shot_movies a film of ours cut into its shots, by packets

Files come from outside. Whoever holds one calls what `apart` has; only the process apart imports
the codecs that open it.
"""

from mstation.media.apart import derive, fingerprints, probe
from mstation.media.kinds import Derived, Kind
from mstation.media.nouns import Picture, Probe, Sound
from mstation.media.sniff import media_type_of

__all__ = [
    "Derived",
    "Kind",
    "Picture",
    "Probe",
    "Sound",
    "derive",
    "fingerprints",
    "media_type_of",
    "probe",
]
