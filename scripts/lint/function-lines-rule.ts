/**
 * Reports functions that are too long to take in. Lines that belong to a function defined inside do
 * not count for the outer one: a `createX` with ten short closures is read closure by closure, as a
 * class would be by its methods. Blank lines and comments do not count either.
 */
import type { AST, Rule } from 'eslint'

interface OpenFunction {
  readonly node: Rule.Node
  /** Lines taken by functions inside, from their second line to their last. */
  readonly innerLines: Set<number>
}

export const functionLinesRule: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    docs: { description: 'functions are short, functions inside them not counted' },
    schema: [{ type: 'object' }],
    messages: { long: 'This function has {{count}} lines of its own; {{max}} are allowed.' },
  },
  create(context) {
    const [{ max }] = context.options as [{ max: number }]
    const codeLines = linesWithCode(context.sourceCode.ast.tokens)
    const open: OpenFunction[] = []

    const enter = (node: Rule.Node): void => {
      open.push({ node, innerLines: new Set() })
    }
    const leave = (node: Rule.Node): void => {
      const { innerLines } = open.pop() ?? { innerLines: new Set<number>() }
      const lines = linesOf(node).filter((line) => codeLines.has(line))
      const count = lines.filter((line) => !innerLines.has(line)).length
      if (count > max) {
        context.report({
          node,
          messageId: 'long',
          data: { count: String(count), max: String(max) },
        })
      }
      const outer = open.at(-1)
      for (const line of linesOf(node).slice(1)) outer?.innerLines.add(line)
    }
    return {
      ':matches(FunctionDeclaration, FunctionExpression, ArrowFunctionExpression)': enter,
      ':matches(FunctionDeclaration, FunctionExpression, ArrowFunctionExpression):exit': leave,
    }
  },
}

function linesOf(node: Rule.Node): number[] {
  if (!node.loc) return []
  const { start, end } = node.loc
  return Array.from({ length: end.line - start.line + 1 }, (_, index) => start.line + index)
}

function linesWithCode(tokens: readonly AST.Token[]): Set<number> {
  return new Set(tokens.flatMap(({ loc }) => [loc.start.line, loc.end.line]))
}
