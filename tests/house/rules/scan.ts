/**
 * A scanner for TypeScript that knows just enough to tell code from comments, strings and regular
 * expressions.
 *
 * @module
 */

/** A source text taken apart. */
export interface Scanned {
  /**
   * The code. Comments and regular expressions are blanks; a string is its number in `strings`
   * between double quotes; a template is blanks but for the code in its `${}`. Lines stay in place.
   */
  readonly code: string;
  /** What stands between the quotes of each string. */
  readonly strings: readonly string[];
  /** The text of each template, in the parts between its `${}`. */
  readonly texts: readonly string[];
}

/** Before these words and characters a slash begins a regular expression, after others it divides. */
const BEFORE_REGEXP =
  /(^|[=(,;:!&|?{}[+\-*%<>~^]|\b(return|typeof|case|in|of|do|else|void|delete|throw|await|yield))$/;

const COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\//y;
const STRING = /"((?:[^"\\\n]|\\[^])*)"|'((?:[^'\\\n]|\\[^])*)'/y;
const REGEXP = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const TEMPLATE_TEXT = /(?:[^`\\$]|\\[^]|\$(?!\{))*/y;

/**
 * Takes a source text apart.
 *
 * @param source TypeScript.
 * @returns Its code and its strings.
 */
export function scan(source: string): Scanned {
  const strings: string[] = [];
  const texts: string[] = [];
  /** For each template that is open, how many braces are open in its `${}`. */
  const templates: number[] = [];
  let code = "";
  let at = 0;

  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  const blank = (text: string): void => {
    code += text.replaceAll(/[^\n]/g, " ");
    at += text.length;
  };
  /** Skips a template's text, up to its end or to the code of its next `${}`. */
  const templateText = (): void => {
    const text = match(TEMPLATE_TEXT)?.[0] ?? "";
    texts.push(text);
    blank(text);
    if (source[at] === "$") {
      blank("${");
      templates.push(0);
    } else {
      blank("`");
    }
  };

  while (at < source.length) {
    const character = source[at] ?? "";
    const comment = match(COMMENT);
    if (comment !== null) {
      blank(comment[0]);
      continue;
    }
    const string = match(STRING);
    if (string !== null) {
      strings.push(string[1] ?? string[2] ?? "");
      code += `"${strings.length - 1}"`;
      at += string[0].length;
      continue;
    }
    const regexp = character === "/" && BEFORE_REGEXP.test(code.trimEnd()) ? match(REGEXP) : null;
    if (regexp !== null) {
      // Something must stand there, lest a slash that follows it begin another.
      code += "0";
      at += 1;
      blank(regexp[0].slice(1));
      continue;
    }
    if (character === "`") {
      blank(character);
      templateText();
      continue;
    }
    const open = templates.at(-1);
    if (open !== undefined && character === "}" && open === 0) {
      templates.pop();
      blank(character);
      templateText();
      continue;
    }
    if (open !== undefined && character === "{") templates[templates.length - 1] = open + 1;
    if (open !== undefined && character === "}") templates[templates.length - 1] = open - 1;
    code += character;
    at++;
  }
  return { code, strings, texts };
}

/**
 * The number of the line in which a place of the code is.
 *
 * @param code The code.
 * @param index The place.
 * @returns The line, from 1 on.
 */
export function lineOf(code: string, index: number): number {
  return code.slice(0, index).split("\n").length;
}
