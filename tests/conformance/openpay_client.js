// Drives Openpay's own Node.js client, unmodified: one JSON line in, one JSON line out. Says nothing about what is right.
//
// The environment tells where it lies (PASARELA_NPM) and where it shall call (PASARELA_URL): the client keeps its host
// in a property that anybody may set. A line is {"call": "customers.cards.create", "args": [...]}; the answer is
// {"error", "body", "status"} as the client's callback gets them, or {"calls": [...]} to the line {"calls": true}.
'use strict'

const path = require('path')
const readline = require('readline')

const Openpay = require(path.join(process.env.PASARELA_NPM, 'node_modules', 'openpay'))
Openpay.SANDBOX_URL = process.env.PASARELA_URL
const client = new Openpay(process.env.PASARELA_MERCHANT, process.env.PASARELA_KEY)

function calls (object, prefix) {
  return Object.keys(object).flatMap((name) => {
    const value = object[name]
    if (typeof value === 'function') return /^set|^_/.test(name) ? [] : [prefix + name]
    return value && typeof value === 'object' ? calls(value, `${prefix}${name}.`) : []
  })
}

function answer (line) {
  process.stdout.write(JSON.stringify(line) + '\n')
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const asked = JSON.parse(line)
  if (asked.calls) {
    answer({ calls: calls(client, '') })
    return
  }
  const names = asked.call.split('.')
  const verb = names.pop()
  const owner = names.reduce((object, name) => object[name], client)
  owner[verb](...asked.args, (error, body, response) => {
    answer({
      error: error instanceof Error ? { message: error.message } : error,
      body: body === undefined ? null : body,
      status: response ? response.statusCode : null
    })
  })
})
