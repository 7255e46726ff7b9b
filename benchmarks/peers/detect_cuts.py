"""Prints the first frames of the shots that PySceneDetect finds in a movie, as JSON.

Runs in the environment of `cuts-requirements.txt`; both detectors stand at their defaults.
"""

from __future__ import annotations

import json
import sys

from scenedetect import AdaptiveDetector, ContentDetector, detect

found = {
    name: [start.frame_num for start, _ in detect(sys.argv[1], detector())[1:]]
    for name, detector in (("adaptive", AdaptiveDetector), ("content", ContentDetector))
}
print(json.dumps(found))
