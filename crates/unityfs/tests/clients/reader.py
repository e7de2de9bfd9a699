"""Reads bundles with UnityPy and tells what it sees: a JSON line for each file of the command line.

Every object is read by its type tree and written back; the bytes must be the same. Every reference must hit an object of
its file or an external that is there. Textures are decoded to pixels, meshes exported as Wavefront OBJ.
"""

import json
import sys

import UnityPy


def references(value):
    """All references in a decoded object."""
    if isinstance(value, dict):
        if set(value) == {"m_FileID", "m_PathID"}:
            yield value["m_FileID"], value["m_PathID"]
        else:
            for field in value.values():
                yield from references(field)
    elif isinstance(value, (list, tuple)):
        for element in value:
            yield from references(element)


def read_object(reader, file):
    fields = reader.read_typetree()
    raw = reader.get_raw_data()
    reader.save_typetree(fields)
    assert reader.data == raw, f"{reader.type.name} {reader.path_id} is written back differently"
    for file_id, path_id in references(fields):
        if (file_id, path_id) == (0, 0):
            continue
        if file_id == 0:
            assert path_id in file.objects, f"{reader.path_id} refers to {path_id}"
        else:
            assert 0 < file_id <= len(file.externals), f"{reader.path_id} refers to file {file_id}"
    told = {"class": reader.type.name, "name": fields.get("m_Name", ""), "bytes": len(raw)}
    if reader.type.name == "Texture2D":
        image = reader.read().image
        told["size"] = image.size
        told["corners"] = [image.getpixel((0, 0)), image.getpixel((0, image.size[1] - 1))]
    # The exporter knows triangles only.
    if reader.type.name == "Mesh" and all(part["topology"] == 0 for part in fields["m_SubMeshes"]):
        lines = reader.read().export().splitlines()
        told["vertices"] = sum(line.startswith("v ") for line in lines)
        told["triangles"] = sum(line.startswith("f ") for line in lines)
    return told


def read(path):
    environment = UnityPy.load(path)
    [bundle] = environment.files.values()
    files = {}
    for name, file in bundle.files.items():
        objects = [read_object(reader, file) for reader in file.objects.values()]
        files[name] = {
            "engine": file.unity_version,
            "platform": file.target_platform.name,
            "externals": [external.path for external in file.externals],
            "objects": objects,
        }
    return {"container": sorted(environment.container), "files": files}


for path in sys.argv[1:]:
    print(json.dumps(read(path)))
