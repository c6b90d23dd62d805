// Looks from outside, as the user it is run as, for a look that it is handed on stdin: says how many
// links there are, and how many suspects.
import { readFileSync } from "node:fs";
import { findSuspects, Links, type Snapshot } from "../../../mod.ts";

const snapshot: Snapshot = JSON.parse(readFileSync(0, "utf8"));
const links = new Links({ bytes: 2 ** 40 });
const found = links.update(snapshot).length;
const suspects = [...findSuspects(snapshot, snapshot.rings).values()].flat().length;
console.log(`LINKS ${found} SUSPECTS ${suspects} ${links.complete}`);
