"""Reads bundles of models with UnityPy and tells what it sees: a JSON line for each file of the command line.

Every reference must hit an object of its file, or an external that is there. With a folder as first argument, the pixels
of all textures are written there.
"""

import json
import os
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


def end(clip):
    """The time of a clip's last key."""
    lists = ["m_RotationCurves", "m_PositionCurves", "m_ScaleCurves", "m_FloatCurves"]
    keys = [key for name in lists for curve in clip[name] for key in curve["curve"]["m_Curve"]]
    return max((key["time"] for key in keys), default=0.0)


def triangles(mesh):
    return sum(part["indexCount"] // 3 for part in mesh["m_SubMeshes"] if part["topology"] == 0)


def pixels(reader, path, number, folder):
    texture = reader.read()
    image = texture.image.convert("RGBA")
    file = os.path.join(folder, f"{number}_{reader.path_id}.rgba")
    with open(file, "wb") as out:
        out.write(image.tobytes())
    return {"name": texture.m_Name, "width": image.width, "height": image.height, "file": file}


def read(path, number, folder):
    environment = UnityPy.load(path)
    [bundle] = environment.files.values()
    [file] = bundle.files.values()
    fields = {}
    classes = {}
    textures = []
    for path_id, reader in file.objects.items():
        fields[path_id] = reader.read_typetree()
        classes.setdefault(reader.type.name, []).append(path_id)
        if folder and reader.type.name == "Texture2D":
            textures.append(pixels(reader, path, number, folder))
    for path_id, value in fields.items():
        for file_id, target in references(value):
            if (file_id, target) == (0, 0):
                continue
            if file_id == 0:
                assert target in fields, f"{path_id} refers to {target}"
            else:
                assert 0 < file_id <= len(file.externals), f"{path_id} refers to file {file_id}"
    of = lambda name: [fields[path_id] for path_id in classes.get(name, [])]
    mesh = lambda value: fields[value["m_Mesh"]["m_PathID"]]
    shown = [mesh(value) for value in of("MeshFilter") + of("SkinnedMeshRenderer")]
    colliders = [mesh(value)["m_VertexData"]["m_VertexCount"] for value in of("MeshCollider")]
    clips = sorted(([clip["m_Name"], end(clip)] for clip in of("AnimationClip")))
    return {
        "addresses": sorted(environment.container),
        "bones": sorted(len(value["m_Bones"]) for value in of("SkinnedMeshRenderer")),
        "clips": clips,
        "colliders": sorted(colliders),
        "engine": file.unity_version,
        "externals": [external.path for external in file.externals],
        "materials": sorted(value["m_Name"] for value in of("Material")),
        "nodes": sorted(value["m_Name"] for value in of("GameObject")),
        "platform": file.target_platform.name,
        "textures": textures,
        "triangles": sum(triangles(value) for value in shown),
    }


arguments = sys.argv[1:]
folder = arguments.pop(0) if arguments and os.path.isdir(arguments[0]) else None
for number, path in enumerate(arguments):
    print(json.dumps(read(path, number, folder)))
