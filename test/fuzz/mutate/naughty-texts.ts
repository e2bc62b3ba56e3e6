/** Texts that programs have stumbled over: in names, values, keys, paths and queries. */
export const naughtyTexts: readonly string[] = [
  ...['', ' ', '\t', '\n', '\r\n', '\0', '\u0001', '\u007f', '\u0085', '\u00a0', '\ufeff'],
  ...['\u2028', '\u2029', '\u200b', '\u202e', '\u3000', '\ud800', '\udfff', '\udc00\ud800'],
  ...['😀', '👩‍👩‍👧', 'é', 'é', 'ß', 'ẞ', 'İ', 'ı', 'Ω', '中文', 'ａ', '𝒜', '٣', '\u{10ffff}'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', 'then'],
  ...['.', '..', '../..', '/', '//', '/etc/passwd', 'a/../b', 'C:\\x', '~', 'con', 'nul.txt'],
  ...['%00', '%2e%2e%2f', '%', '%zz', '+', '&a=b', '#x', '?', ';', '$HOME', '`id`', '$1'],
  ...['<script>', '"><img src=x>', "' OR 1=1", '\\', '\\u0000', '\\"', '"', "'", '{}', '[]'],
  ...['0', '-0', '1e400', '-1e-400', '18446744073709551616', '9007199254740993', 'NaN'],
  ...['Infinity', '0x10', '1_000', '١', '00', '1.', '.1', '1e', 'null', 'true', 'undefined'],
  ...['@time', '@stream', '@id', '@id:', '_end', '_error', 'AND', 'OR', 'NOT', '*', '**', '?*'],
  ...['a'.repeat(300), '/'.repeat(300), '*'.repeat(300), '('.repeat(300), '"'.repeat(301)],
]
