import { handle } from 'hono/aws-lambda'
import { doors } from './doors.ts'

/** Takes requests of a REST API and answers them whole. */
export const handler = handle(doors)
