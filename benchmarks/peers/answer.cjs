// fountain-js in a process of its own: a question a line in, an answer a line out (see answer.py).
// Usage: node answer.cjs FOLDER_OF_NODE_MODULES
"use strict";
const fs = require("node:fs");
const readline = require("node:readline");
const { Lexer, InlineLexer } = require(require.resolve("fountain-js", { paths: [process.argv[2]] }));

const KINDS = { lyrics: "lyric" };
const STRUCTURE = new Set([
  "dialogue_begin",
  "dialogue_end",
  "dual_dialogue_begin",
  "dual_dialogue_end",
  "spaces",
]);

/** Parts the HTML of a text into its letters, styled stretches and notes. */
function parted(html, notes) {
  const runs = [];
  const styles = [];
  let text = "";
  const bare = html.replace(/<!-- ([\s\S]*?) -->/g, (_, note) => {
    notes.push(plain(note));
    return "";
  });
  for (const piece of bare.split(/(<span class="[^"]*">|<\/span>)/)) {
    if (piece === "</span>") styles.pop();
    else if (piece.startsWith("<span class=")) styles.push(piece.slice(13, -2).split(" "));
    else if (piece) {
      const letters = plain(piece);
      text += letters;
      const now = [...new Set(styles.flat())].sort().join(" ");
      if (now) runs.push([letters, now]);
    }
  }
  return { text, runs };
}

function plain(html) {
  return html
    .replace(/<br \/>/g, "\n")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");
}

function read(source) {
  const [title, script] = Lexer.tokenize(source);
  const notes = [];
  const entries = title.map((t) => ["title_field", t.text, { key: t.type }]);
  let dual = false;
  for (const token of script) {
    if (token.type === "dialogue_begin") dual = token.dual === "right";
    if (STRUCTURE.has(token.type)) continue;
    if (token.type === "note") {
      notes.push(token.text);
      continue;
    }
    const { text, runs } = parted(InlineLexer.reconstruct(token.text || ""), notes);
    const attributes = { runs };
    if (token.type === "scene_heading") attributes.scene_number = token.scene_number || "";
    if (token.type === "section") attributes.depth = token.depth;
    if (token.type === "character") attributes.dual = dual;
    entries.push([KINDS[token.type] || token.type, text, attributes]);
  }
  return { entries, notes };
}

function time(path) {
  const source = fs.readFileSync(path, "utf8");
  const started = process.hrtime.bigint();
  const [title, script] = Lexer.tokenize(source);
  let texts = 0;
  let characters = 0;
  for (const token of title.concat(script)) {
    if (token.text === undefined) continue;
    texts += 1;
    characters += InlineLexer.reconstruct(token.text).length; // emphasis and notes interpreted
  }
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  return { seconds, texts, characters };
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const question = JSON.parse(line);
  const answer = question.do === "read" ? read(question.source) : time(question.path);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
