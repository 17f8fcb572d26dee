import ts from "typescript";

/** Exports of the product and of its checks that nobody explained. */
export function docCommentFaults(file: string, text: string): string[] {
  if (!/^(src|scripts|bench)\/.*\.ts$/.test(file)) {
    return [];
  }
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return source.statements.filter(isUndocumentedExport).map((statement) => {
    const line = source.getLineAndCharacterOfPosition(statement.getStart()).line + 1;
    return `${file}:${line}: an export without a doc comment`;
  });
}

function isUndocumentedExport(statement: ts.Statement): boolean {
  const exported =
    ts.isExportDeclaration(statement) ||
    (ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword));
  return exported === true && ts.getJSDocCommentsAndTags(statement).length === 0;
}
