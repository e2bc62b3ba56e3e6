import fc from 'fast-check'

/**
 * An event as its members in order, so that names may repeat, and as the line that is stored of it.
 */
export interface TestEvent {
  readonly members: readonly Member[]
  readonly line: string
}

export type Member = readonly [name: string, value: TestValue]
export type TestValue =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number' | 'literal' | 'null'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly TestValue[] }
  | { readonly kind: 'object'; readonly members: readonly Member[] }

const fragments = [
  ...['foo', 'FOO', 'Bar', 'bar', 'foobar', 'ärger', 'Straße', 'ΣΑΣ', '中文', 'a_b', 'a-b'],
  ...[
    'x.y',
    '/p/q',
    ' ',
    ' ',
    ' ',
    '"',
    '\\',
    '\n',
    '\u2028',
    '😀',
    'K',
    ':',
    '.',
    '7',
    '200',
    '-5',
  ],
  ...[
    '10.0.0.1',
    '10.1.3.9',
    '2001:DB8::1',
    '::ffff:10.0.0.5',
    '::ffff:a00:7',
    'o-',
    'o',
    '1.2.3.4.5',
    '2025-01-29',
    'true',
  ],
]
const numbers = ['0', '7', '-5', '200', '2e2', '200.0', '2.00E+2', '12345678901234567891', '0.10']
const names = ['a', 'b', 'c', 'a.b', 'b.c', 'x y', 'ü', 'foo', '']

const text = fc.array(fc.constantFrom(...fragments), { maxLength: 5 }).map(all => all.join(''))
const scalar: fc.Arbitrary<TestValue> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('string' as const), text }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('number' as const),
      text: fc.constantFrom(...numbers),
    }),
  },
  fc.record({ kind: fc.constant('literal' as const), text: fc.constantFrom('true', 'false') }),
  fc.record({ kind: fc.constant('null' as const), text: fc.constant('null') }),
)

const { members } = fc.letrec<{ value: TestValue; members: Member[] }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    tie('members').map(all => ({ kind: 'object' as const, members: all })),
    fc.array(tie('value'), { maxLength: 3 }).map(items => ({ kind: 'array' as const, items })),
  ),
  members: fc.array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 4 }),
}))

const parameters = fc.tuple(
  fc.integer({ min: 1_730_000_000_000_000, max: 1_745_000_000_000_000 }),
  fc.constantFrom('foo', 'bar/eu', 'x.y'),
)

/** Events of every shape, each in one of the many spellings JSON has for it. */
export const events: fc.Arbitrary<TestEvent> = fc
  .tuple(parameters, members, fc.infiniteStream(fc.nat({ max: 11 })))
  .map(([[time, stream], rest, choices]) => {
    const choose = () => choices.next().value
    const head = `{"@time":${time},"@stream":"${stream}"`
    const body = rest.map(member => `,${blank(choose())}${spellMember(member, choose)}`).join('')
    const parameterMembers: Member[] = [
      ['@time', { kind: 'number', text: String(time) }],
      ['@stream', { kind: 'string', text: stream }],
    ]
    return { members: [...parameterMembers, ...rest], line: `${head}${body}}` }
  })

function spellMember([name, value]: Member, choose: () => number): string {
  const colon = `${blank(choose())}:${blank(choose())}`
  return `${spellString(name, choose)}${colon}${spellValue(value, choose)}${blank(choose())}`
}

function spellValue(value: TestValue, choose: () => number): string {
  switch (value.kind) {
    case 'string':
      return spellString(value.text, choose)
    case 'array':
      return `[${blank(choose())}${value.items.map(item => spellValue(item, choose)).join(', ')}]`
    case 'object':
      return `{${value.members.map(member => spellMember(member, choose)).join(',')}}`
    default:
      return value.text
  }
}

/** One character in twelve as `\u` escape, every second slash as `\/`. */
function spellString(all: string, choose: () => number): string {
  let spelled = ''
  for (let i = 0; i < all.length; i++) {
    const unit = all.charAt(i)
    const code = all.charCodeAt(i).toString(16).padStart(4, '0')
    const isHalf = unit >= '\ud800' && unit <= '\udfff'
    if (choose() === 0 && !isHalf) spelled += `\\u${code}`
    else if (unit === '/' && choose() < 6) spelled += '\\/'
    else spelled += isHalf ? unit : JSON.stringify(unit).slice(1, -1)
  }
  return `"${spelled}"`
}

function blank(choice: number): string {
  return choice === 1 ? ' ' : ''
}
