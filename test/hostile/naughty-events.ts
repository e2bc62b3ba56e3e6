import { naughtyTexts } from '../fuzz/mutate/naughty-texts.ts'

const deep = (levels: number) => `{"d":${'['.repeat(levels)}1${']'.repeat(levels)}}`

/** As names of members these would be taken out. */
const ordinary = naughtyTexts.filter(text => !['@time', '@stream', '@id'].includes(text))

/** Events that are stored as they are: what programs lose, change or stumble over. */
export const keptEvents: readonly string[] = [
  '{"a":1,"a":2,"a":{"a":3}}',
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":1}},"toString":0}',
  '{"n":18446744073709551616,"m":9007199254740993,"z":-0,"e":1e400,"f":1E-400,"g":1.10}',
  '{"lone":"\\ud800","other":"\\udfff\\ud83d","pair":"\\ud83d\\ude00","nul":"a\\u0000b"}',
  '{"text":"\u2028\u2029\u0085\u007f\ufeff","slash":"\\/","unit":"\\u0041"}',
  '{ "spaced" :\t[ 1 , { "x" : "y" } ] , "end" : null }',
  '{"":{"":""},"a.b":1,"a":{"b":2},"@Time":1,"_end":{},"_error":{"code":"corrupt"}}',
  '{"html":"<script>alert(1)</script>","sql":"\' OR 1=1","path":"../../etc/passwd"}',
  '{"time":"not a time","ts":-1,"stream":"a/b","id":[1,2]}',
  deep(250),
  `{"name ${'n'.repeat(5000)}":"${'v'.repeat(5000)}"}`,
  `{"wide":{${Array.from({ length: 3000 }, (_, i) => `"k${i}":${i}`).join(',')}}}`,
  ...ordinary.map((text, i) => JSON.stringify({ [text.toWellFormed()]: text, i })),
]

/** Lines that are refused, each with a finding, and nothing of them is stored. */
export const refusedEvents: readonly (string | Buffer)[] = [
  deep(100_000),
  deep(257),
  `{"a":`.repeat(100_000),
  '{"a":NaN}',
  '{"a":+1}',
  '{"a":01}',
  '{"a":1,}',
  "{'a':1}",
  '{"a":"\t"}',
  '{"a":"\\x41"}',
  '{"a":1}}',
  '\ufeff{"a":1}',
  '[1]',
  '"text"',
  'null',
  '{"@stream":"../x"}',
  '{"@stream":"a//b"}',
  '{"@stream":"C:\\\\x"}',
  '{"@stream":"ä"}',
  '{"@stream":"\\u0000"}',
  `{"@stream":"${'s'.repeat(201)}"}`,
  '{"@stream":{}}',
  '{"@time":1e400}',
  '{"@time":-1}',
  '{"@time":{"x":1}}',
  `{"@id":"${'i'.repeat(513)}"}`,
  Buffer.from([...Buffer.from('{"a":"'), 0xc3, 0x28, ...Buffer.from('"}')]),
  Buffer.from([...Buffer.from('{"a":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]),
  Buffer.from([...Buffer.from('{"a":"'), 0xf4, 0x90, 0x80, 0x80, ...Buffer.from('"}')]),
]
