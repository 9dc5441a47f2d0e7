import { createServer, type Socket } from 'node:net'

/** What a mail server does with the next messages: takes them, refuses them, or takes them and breaks off before it says so. */
export type SmtpTemper = 'takes' | 'refuses' | 'refuses-login' | 'answer-lost'

export type TestSmtp = AsyncDisposable & {
  /** `smtp://user:password@127.0.0.1:port` */
  readonly url: string
  readonly mails: { readonly from: string; readonly to: readonly string[]; readonly text: string }[]
  temper: SmtpTemper
}

/** A mail server of RFC 5321, as much of it as a client without pipelining needs, on loopback. */
export async function startSmtp(): Promise<TestSmtp> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
    serve(socket, smtp)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const smtp: TestSmtp = {
    url: `smtp://user:password@127.0.0.1:${port}`,
    mails: [],
    temper: 'takes',
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  return smtp
}

function serve(socket: Socket, smtp: TestSmtp): void {
  let from = ''
  let to: string[] = []
  let data: string[] | null = null
  let rest = ''
  const say = (line: string) => socket.write(`${line}\r\n`)
  const address = (line: string) => /<([^>]*)>/u.exec(line)?.[1] ?? ''

  const inData = (line: string, lines: string[]) => {
    if (line !== '.') {
      lines.push(line.replace(/^\./u, ''))
      return
    }
    data = null
    if (smtp.temper === 'refuses') {
      say('554 not wanted here')
      return
    }
    smtp.mails.push({ from, to, text: lines.join('\n') })
    if (smtp.temper === 'answer-lost') socket.destroy()
    else say('250 taken')
  }

  const command = (line: string) => {
    switch (line.slice(0, 4).toUpperCase()) {
      case 'EHLO':
        say('250-127.0.0.1')
        return say('250 AUTH PLAIN')
      case 'AUTH':
        return say(smtp.temper === 'refuses-login' ? '535 who are you' : '235 welcome')
      case 'MAIL':
        from = address(line)
        to = []
        return say('250 ok')
      case 'RCPT':
        to.push(address(line))
        return say('250 ok')
      case 'DATA':
        data = []
        return say('354 go on')
      case 'QUIT':
        say('221 bye')
        return socket.end()
      default:
        return say('502 what?')
    }
  }

  say('220 127.0.0.1 ESMTP')
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (data === null) command(line)
      else inData(line, data)
    }
  })
}
