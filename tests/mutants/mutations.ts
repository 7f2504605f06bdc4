import ts from "typescript";

/** One place of a file, and what stands there instead. */
export interface Mutation {
  start: number;
  end: number;
  text: string;
  /** The innermost statement or function body around it, as `reached` numbers them. */
  unit: number;
}

const { SyntaxKind: K } = ts;

/** What takes an operator's place. */
const operators = new Map<ts.SyntaxKind, string[]>([
  [K.EqualsEqualsEqualsToken, ["!=="]],
  [K.ExclamationEqualsEqualsToken, ["==="]],
  [K.LessThanToken, ["<=", ">="]],
  [K.LessThanEqualsToken, ["<", ">"]],
  [K.GreaterThanToken, [">=", "<="]],
  [K.GreaterThanEqualsToken, [">", "<"]],
  [K.PlusToken, ["-"]],
  [K.MinusToken, ["+"]],
  [K.AsteriskToken, ["/"]],
  [K.SlashToken, ["*"]],
  [K.PercentToken, ["*"]],
]);
/** Of these one side alone is left. */
const choices = [K.AmpersandAmpersandToken, K.BarBarToken, K.QuestionQuestionToken];
const methods = new Map(
  Object.entries({ some: "every", every: "some", startsWith: "endsWith", endsWith: "startsWith" }),
);
/** Methods that give back something of the kind they are called on, which is left as it is. */
const dropped = /^(filter|sort|toSorted|reverse|slice|trim|toLowerCase|toUpperCase|catch)$/;
/** Prose of the schema, which becomes docs/configuration.md: `npm run reference -- --check` holds it. */
const documented = /^(field|describe|meta)$/;

/** Every mutation of a file. Types, imports and prose of the schema are left out. */
export function mutationsOf(name: string, text: string): Mutation[] {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const found: Mutation[] = [];
  let unit = 0;
  const replace = (node: ts.Node, by: string): void =>
    void found.push({ start: node.getStart(file), end: node.end, text: by, unit });
  /** Takes an entry out of a list, with the comma that follows it. */
  const drop = (node: ts.Node): void => {
    const comma = /^\s*,/.exec(text.slice(node.end))?.[0].length ?? 0;
    found.push({ start: node.getStart(file), end: node.end + comma, text: "", unit });
  };
  const negate = (condition: ts.Expression): void => replace(condition, `!(${condition.getText(file)})`);

  const mutate = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node)) {
      const { left, operatorToken, right } = node;
      const words = [left, right].some(
        (side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side),
      );
      if (!words || operatorToken.kind !== K.PlusToken)
        for (const by of operators.get(operatorToken.kind) ?? []) replace(operatorToken, by);
      if (choices.includes(operatorToken.kind))
        [left, right].forEach((side) => replace(node, `(${side.getText(file)})`));
    } else if (ts.isIfStatement(node)) {
      negate(node.expression);
      if (!node.elseStatement) replace(node, ";");
    } else if (ts.isWhileStatement(node)) replace(node.expression, "false");
    else if (ts.isConditionalExpression(node)) negate(node.condition);
    else if (ts.isPrefixUnaryExpression(node) && node.operator === K.ExclamationToken)
      replace(node, `(${node.operand.getText(file)})`);
    else if (ts.isNumericLiteral(node))
      [1, -1].forEach((by) => replace(node, `(${Number(node.text.replaceAll("_", "")) + by})`));
    else if (node.kind === K.TrueKeyword) replace(node, "false");
    else if (node.kind === K.FalseKeyword) replace(node, "true");
    else if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node))
      replace(
        node,
        ts.isTaggedTemplateExpression(node.parent) ? "``" : node.getText(file) === '""' ? '"mutant"' : '""',
      );
    else if (ts.isRegularExpressionLiteral(node)) {
      if (/^\/\^/.test(node.text)) replace(node, node.text.replace("^", ""));
      if (/\$\/[a-z]*$/.test(node.text)) replace(node, node.text.replace(/\$(\/[a-z]*)$/, "$1"));
    } else if (ts.isExpressionStatement(node) && !isSuper(node)) replace(node, ";");
    else if (ts.isObjectLiteralExpression(node)) node.properties.forEach(drop);
    else if (ts.isArrayLiteralExpression(node)) node.elements.forEach(drop);
    else if (node.kind === K.QuestionDotToken)
      replace(node, ts.isPropertyAccessExpression(node.parent) ? "." : "");
    else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { expression, name: method } = node.expression;
      const other = methods.get(method.text);
      if (other) replace(method, other);
      if (dropped.test(method.text)) replace(node, expression.getText(file));
    }
  };

  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    if (ts.isTypeAliasDeclaration(node)) return;
    const outer = unit;
    if (isUnit(node)) unit = node.pos;
    mutate(node);
    node.forEachChild((child) => {
      // A name is no value.
      if ("name" in node && node.name === child && !ts.isComputedPropertyName(child)) return;
      if (ts.isCallExpression(node) && node.arguments.indexOf(child as ts.Expression) > 0) {
        const callee = ts.isPropertyAccessExpression(node.expression)
          ? node.expression.name
          : node.expression;
        if (
          documented.test(callee.getText(file)) &&
          (ts.isStringLiteralLike(child) || ts.isTemplateExpression(child) || ts.isBinaryExpression(child))
        )
          return;
      }
      visit(child);
    });
    unit = outer;
  };
  file.forEachChild(visit);
  return found;
}

const isSuper = ({ expression }: ts.ExpressionStatement): boolean =>
  ts.isCallExpression(expression) && expression.expression.kind === K.SuperKeyword;

/** What is known to have run or not: statements, and functions that are one expression. */
const isUnit = (node: ts.Node): boolean =>
  isStatement(node) || (ts.isArrowFunction(node.parent) && node.parent.body === node && !ts.isBlock(node));

const isStatement = (node: ts.Node): boolean =>
  ts.isStatement(node) &&
  !ts.isBlock(node) &&
  !ts.isFunctionDeclaration(node) &&
  (ts.isBlock(node.parent) || ts.isSourceFile(node.parent) || ts.isCaseOrDefaultClause(node.parent));

/** The file, with a call before each unit that says that it runs. */
export function counted(name: string, text: string): string {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const inserts: [at: number, text: string][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    if (ts.isTypeAliasDeclaration(node)) return;
    const call = `__reached(${JSON.stringify(`${name}:${node.pos}`)})`;
    if (isUnit(node)) {
      if (isStatement(node)) inserts.push([node.getStart(file), `${call};`]);
      else inserts.push([node.getStart(file), `(${call}, `], [node.end, ")"]);
    }
    node.forEachChild(visit);
  };
  file.forEachChild(visit);
  let result = text;
  // From the end, so that places stay; of two at one place the outer was found first and stands first.
  for (const [at, insert] of inserts
    .map((entry, order) => [...entry, order] as const)
    .sort(([a, , i], [b, , j]) => b - a || j - i))
    result = result.slice(0, at) + insert + result.slice(at);
  return result;
}
