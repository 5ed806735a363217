/**
 * Measures of a source file that need its syntax tree: lengths of parameter lists and functions, type assertions, and
 * where doc comments stand. Each returns what breaks a limit as "path:line: what", so that a failure can be clicked.
 */
import ts from "typescript";

export interface Source {
  readonly path: string;
  readonly tree: ts.SourceFile;
  readonly lines: readonly string[];
}

export function parseSource(path: string, text: string): Source {
  return { path, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true), lines: text.split("\n") };
}

/** Functions, methods, constructors and function types that take more than `most` parameters. */
export function longParameterLists(source: Source, most: number): string[] {
  return functionsOf(source)
    .filter(({ parameters }) => parameters.filter((parameter) => parameter.name.getText() !== "this").length > most)
    .map((node) => `${place(source, node)}: ${nameOf(node)} takes ${node.parameters.length} parameters`);
}

/** Functions that span more than `most` lines, comments and blank lines included. */
export function longFunctions(source: Source, most: number): string[] {
  return functionsOf(source)
    .filter((node) => "body" in node && node.body !== undefined)
    .map((node) => ({ node, span: lineOf(source, node.end) - lineOf(source, node.getStart()) + 1 }))
    .filter(({ span }) => span > most)
    .map(({ node, span }) => `${place(source, node)}: ${nameOf(node)} spans ${span} lines`);
}

/** Type assertions other than `as const` without a comment on the line above them, or above their statement. */
export function unexplainedAssertions(source: Source): string[] {
  const isComment = (line: number): boolean => /^\s*(\/\/|\/\*|\*)/.test(source.lines[line] ?? "");
  return nodesOf(source)
    .filter(isAssertion)
    .filter((node) => {
      const ownLine = lineOf(source, node.type.getStart());
      return !isComment(ownLine - 1) && !isComment(lineOf(source, statementOf(node).getStart()) - 1);
    })
    .map((node) => `${place(source, node)}: ${node.getText().split("\n")[0]}`);
}

/**
 * Doc comments after the imports that nothing follows but another doc comment: they are about the file, but tools show
 * them nowhere and readers take them for the text of the declaration below. A file's text is its first line.
 */
export function stackedDocs(source: Source): string[] {
  const { tree } = source;
  return tree.statements.slice(1).flatMap((statement) => {
    const docs = (ts.getLeadingCommentRanges(tree.text, statement.pos) ?? []).filter(({ pos }) =>
      tree.text.startsWith("/**", pos),
    );
    return docs.slice(1).map(({ pos }) => `${source.path}:${lineOf(source, pos) + 1}: a doc comment follows another`);
  });
}

/** The file's path when it does not begin with a doc comment, but for a line that names its interpreter. */
export function missingHeader({ path, lines }: Source): string[] {
  const first = lines.find((line) => line.trim() !== "" && !line.startsWith("#!"));
  return first?.startsWith("/**") === true ? [] : [path];
}

type Signature = ts.SignatureDeclaration;

function functionsOf(source: Source): Signature[] {
  return nodesOf(source).filter((node): node is Signature => ts.isFunctionLike(node));
}

function isAssertion(node: ts.Node): node is ts.AsExpression | ts.TypeAssertion {
  return (ts.isAsExpression(node) && node.type.getText() !== "const") || ts.isTypeAssertionExpression(node);
}

function nodesOf({ tree }: Source): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return nodes;
}

function statementOf(node: ts.Node): ts.Node {
  let found = node;
  while (!ts.isStatement(found) && !ts.isClassElement(found) && found.parent !== undefined) found = found.parent;
  return found;
}

function nameOf(node: Signature): string {
  return node.name?.getText() ?? (ts.isConstructorDeclaration(node) ? "the constructor" : "a function");
}

function lineOf({ tree }: Source, position: number): number {
  return tree.getLineAndCharacterOfPosition(position).line;
}

function place(source: Source, node: ts.Node): string {
  return `${source.path}:${lineOf(source, node.getStart()) + 1}`;
}
