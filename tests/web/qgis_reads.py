"""QGIS's own provider, without a window, reads and filters the features of a server that runs, and tells as JSON what it found.

Usage: /usr/bin/python3 tests/web/qgis_reads.py http://127.0.0.1:8600/ogc WEST SOUTH EAST NORTH EXPRESSION...

Run it with the Python that Debian's python3-qgis is for: nothing of ours is imported.
"""

import json
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsFeatureRequest,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
)


def main(root: str, window: list[float], expressions: list[str]) -> None:
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    layer = QgsVectorLayer(f"url='{root}' typename='incidents'", "incidents", "OAPIF")
    if not layer.isValid():
        raise SystemExit(f"QGIS cannot read {root}: {layer.error().summary()}")

    def ids(request: QgsFeatureRequest) -> list[str]:
        return [feature["incident_id"] for feature in layer.getFeatures(request)]

    shapes = {}
    for feature in layer.getFeatures():
        shape = feature.geometry()
        if QgsWkbTypes.geometryType(shape.wkbType()) == QgsWkbTypes.PointGeometry:
            shapes[feature["incident_id"]] = [shape.asPoint().x(), shape.asPoint().y()]
        else:
            shapes[feature["incident_id"]] = feature["area_id"]
    told = {
        "version": Qgis.QGIS_VERSION,
        "columns": [field.name() for field in layer.fields()],
        "stamps": sorted({feature["stamp"] for feature in layer.getFeatures()}),
        "shapes": shapes,
        "within": ids(QgsFeatureRequest().setFilterRect(QgsRectangle(*window))),
        "by": {asked: ids(QgsFeatureRequest().setFilterExpression(asked)) for asked in expressions},
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], [float(edge) for edge in sys.argv[2:6]], sys.argv[6:])
    sys.stdout.flush()
    os._exit(0)  # QGIS's own threads are not waited for
