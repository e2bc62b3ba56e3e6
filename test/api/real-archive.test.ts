import { describe } from 'node:test'
import { serveHere } from '../acceptance/served.ts'
import { answersWithEngine } from './real-archive.ts'

describe('a client of a local server', () => answersWithEngine(() => serveHere('memory:')))
