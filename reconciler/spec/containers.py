"""What services, jobs, cron jobs and init containers share, from a template's mappings."""

from typing import Final, TypedDict

from reconciler.model.names import as_label, is_image, is_label
from reconciler.model.workload import Bounds, Env, NodeSelector, Volume, VolumeType
from reconciler.spec.fields import Fields
from reconciler.spec.unique import warn_of_twins

MOST_SECONDS: Final = 31_536_000
"""A year: longer times are slips of the pen."""


class ContainerParts(TypedDict):
    """The fields of `model.workload.Container` but its name, image and places."""

    image: str | None
    built: bool
    command: tuple[str, ...]
    args: tuple[str, ...]
    envs: tuple[Env, ...]
    cpu: Bounds | None
    memory: Bounds | None
    volumes: tuple[Volume, ...]


def container_parts(fields: Fields, *, resources: Fields | None = None) -> ContainerParts:
    """The parts of a container; `resources` are the template's defaults, taken over value by value (Release, schema 5.2)."""
    return ContainerParts(
        image=_image(fields),
        built=_is_built(fields),
        command=fields.texts("command"),
        args=fields.texts("args"),
        envs=_envs(fields),
        cpu=bounds(own_or_default(fields, "cpu", resources=resources), "cpu"),
        memory=bounds(own_or_default(fields, "memory", resources=resources), "memory"),
        volumes=_volumes(fields),
    )


def own_or_default(fields: Fields, key: str, *, resources: Fields | None) -> Fields | None:
    """The mapping that holds the key: the thing's own, else the template's defaults, else none."""
    if fields.has(key):
        return fields
    return resources if resources is not None and resources.has(key) else None


def bounds(holder: Fields | None, key: str) -> Bounds | None:
    """`limits` and `requests` of one resource. R327 where more is requested than the limit allows."""
    fields = holder.mapping(key) if holder is not None else None
    if fields is None:
        return None
    limits, requests = fields.quantity("limits"), fields.quantity("requests")
    if limits is not None and requests is not None and requests.value > limits.value:
        fields.findings.error(
            "R327",
            fields.at("requests"),
            message=f"{key} requests {fields.text('requests')}, more than its limit {fields.text('limits')}",
            hint="Kubernetes refuses such a pod; raise the limit or lower the request",
            related=(fields.at("limits"),),
        )
    return Bounds(place=fields.place, keys=fields.keys, limits=limits, requests=requests)


def checked_name(fields: Fields, *, what: str) -> str:
    """The thing's name, a DNS label (R323). A leading digit is a doubt (R324): some kinds do not allow it."""
    name = fields.text("name")
    if name is None or "${" in name:
        return name or ""
    if not is_label(name):
        near = as_label(name)
        hint = f"write {near!r}" if near else "use lower-case letters, digits and hyphens"
        fields.findings.error(
            "R323", fields.at("name"), message=f"{what} {name!r} is not a name for Kubernetes (a DNS label)", hint=hint
        )
    elif name[0].isdigit():
        fields.findings.warning(
            "R324",
            fields.at("name"),
            message=f"{what} {name!r} begins with a digit, which some kinds of Kubernetes refuse",
            hint="begin it with a letter",
        )
    return name


def node_selectors(fields: Fields) -> tuple[NodeSelector, ...]:
    """The labels that nodes must bear."""
    return tuple(
        NodeSelector(place=item.place, keys=item.keys, key=item.text("key") or "", value=item.text("value") or "")
        for item in fields.mappings("node_selector")
    )


def _image(fields: Fields) -> str | None:
    """The image's text. R631 where it cannot be one; a name that could not be put in has its problem already."""
    image = fields.text("image") or None
    if image is not None and "${" not in image and not is_image(image):
        message = f"image {image!r} is not the name of an image"
        fields.findings.error("R631", fields.at("image"), message=message, hint="write it like registry.example.com/team/api:1.2")
    return image


def _is_built(fields: Fields) -> bool:
    """`has_repo` decides where it is written, else the presence of `build`."""
    own = fields.flag("has_repo")
    return fields.has("build") if own is None else own


def _envs(fields: Fields) -> tuple[Env, ...]:
    found = []
    for item in fields.mappings("envs"):
        key = item.text("key") or ""
        if item.text("key") is not None and (not key or "=" in key):
            item.findings.error("R323", item.at("key"), message=f"{key!r} cannot be the name of a variable")
        found.append(Env(place=item.place, keys=item.keys, key=key, value=item.text("value") or ""))
    warn_of_twins([(env.key, env.at("key")) for env in found], what="variable", findings=fields.findings)
    return tuple(found)


def _volumes(fields: Fields) -> tuple[Volume, ...]:
    return tuple(volume for item in fields.mappings("volumes") if (volume := _volume(item)) is not None)


_NOT_RENDERED: Final = "s3"


def _volume(fields: Fields) -> Volume | None:
    """One mount; `None` for a kind that is not rendered, which the list of unsupported keys names."""
    written = fields.text("type")
    kind = written or (VolumeType.CLAIM.value if fields.has("claim") else None)
    if kind == _NOT_RENDERED:
        return None
    if kind not in set(VolumeType):
        known = ", ".join(VolumeType)
        said = f"volume of type {kind!r} is not rendered" if kind else "volume has neither a type nor a claim"
        fields.findings.warning("R328", fields.at("type"), message=said, hint=f"types that are rendered: {known}")
        return None
    name = fields.text("claim") if kind == VolumeType.CLAIM else None
    volume = Volume(
        place=fields.place,
        keys=fields.keys,
        type=VolumeType(kind),
        name=name or fields.text("name") or "",
        mount_path=fields.text("mount_path") or "",
        size=fields.quantity("size"),
    )
    _check_volume(fields, volume)
    return volume


def _check_volume(fields: Fields, volume: Volume) -> None:
    named = "claim" if volume.type is VolumeType.CLAIM else "name"
    for wanted, text in ((named, volume.name), ("mount_path", volume.mount_path)):
        if not (text or fields.misshapen(wanted)):
            fields.findings.error(
                "R328", fields.place, message=f"{volume.type} volume has no {wanted}", hint=f"write `{wanted}:`"
            )
    if volume.mount_path and not volume.mount_path.startswith("/"):
        fields.findings.error(
            "R328", fields.at("mount_path"), message=f"mount_path {volume.mount_path!r} does not begin with a slash"
        )
