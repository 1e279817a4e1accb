"""QGIS's own provider, without a window, reads and filters the features of a server that runs.

Usage: python3 tools/qgis_reads.py http://127.0.0.1:8600/ogc [WEST SOUTH EAST NORTH]

Run it with the Python that Debian's python3-qgis is for. It is no part of the tests: that package brings 164 others, 184 MB
to fetch and 961 MB on disk; fetching took 11 s, unpacking alone 24 s and setting all up, on a busy machine, 354 s.
"""

import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer


def main(root: str, window: list[float]) -> int:
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    layer = QgsVectorLayer(f"url='{root}' typename='incidents'", "incidents", "OAPIF")
    if not layer.isValid():
        print(f"QGIS cannot read {root}: {layer.error().summary()}")
        return 1
    every = sum(1 for _ in layer.getFeatures())
    request = QgsFeatureRequest().setFilterRect(QgsRectangle(*window))
    within = sum(1 for _ in layer.getFeatures(request))
    names = [field.name() for field in layer.fields()]
    print(f"{every} features, {within} within {window}; columns {', '.join(names)}")
    return 0 if every and "incident_id" in names and within <= every else 1


if __name__ == "__main__":
    edges = [float(edge) for edge in sys.argv[2:6]] or [36.5, 47.2, 38.0, 48.5]
    code = main(sys.argv[1], edges)
    sys.stdout.flush()
    os._exit(code)
