import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problemObject, showProblem } from '../../../lib/cli/render/problem.ts'
import { ArchiveError } from '../../../lib/core/errors.ts'

test('an error in a query is shown with carets below the span and what to do', () => {
  const detail = { detail: 'a value is missing', span: [9, 16] as const, hint: 'write status:404' }
  const error = new ArchiveError('invalid', 'a value is missing', { details: [detail] })

  assert.equal(
    showProblem(error, 'GET AND (status:'),
    'varve: a value is missing\n' +
      '  GET AND (status:\n' +
      '           ^^^^^^^\n' +
      '  write status:404\n',
  )
})

test('of a long query the part around the span is shown', () => {
  const query = `${'word '.repeat(100)}status:${' word'.repeat(100)}`
  const detail = { detail: 'bad', span: [500, 507] as const }

  const [, shown = '', carets = ''] = showProblem(
    new ArchiveError('invalid', 'bad', { details: [detail] }),
    query,
  ).split('\n')

  assert.equal(shown.slice(carets.indexOf('^'), carets.length), 'status:')
  assert.ok(shown.length <= 80)
})

test('a finding in the input names its line', () => {
  const details = [{ detail: 'not JSON', line: 17 }]

  assert.equal(
    showProblem(new ArchiveError('invalid', 'nothing stored', { details })),
    'varve: nothing stored\n  line 17: not JSON\n',
  )
})

test('as data an error has its code and its findings, and a bug is told apart', () => {
  const details = [{ detail: 'not JSON', line: 17 }]
  const problem = problemObject(new ArchiveError('invalid', 'nothing stored', { details }))

  assert.equal(problem.code, 'invalid')
  assert.equal(problem.detail, 'nothing stored')
  assert.deepEqual(problem.errors, details)
  assert.deepEqual(problemObject(new TypeError('x')).detail, 'x')
  assert.match(showProblem(new TypeError('x')), /this is a bug/)
})
