import net from 'node:net';

/** Passes TCP on to a server, and cuts the connections when a test says so; the server stays up. */
export class CuttingProxy {
  #server;
  /** @type {Set<net.Socket>} */
  #sockets = new Set();
  address = '';

  /** @param {string} to host:port of the server */
  constructor(to) {
    const [host, port] = to.split(':');
    this.#server = net.createServer((socket) => {
      const far = net.connect(Number(port), host);
      socket.pipe(far).pipe(socket);
      for (const one of [socket, far]) {
        this.#sockets.add(one);
        one.on('error', () => { /* the other end is gone; close follows */ });
        one.on('close', () => this.#sockets.delete(one));
      }
    });
  }

  /** @returns {Promise<this>} */
  start() {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => {
        this.address = `127.0.0.1:${/** @type {net.AddressInfo} */ (this.#server.address()).port}`;
        resolve(this);
      });
    });
  }

  cut() {
    for (const socket of this.#sockets) socket.destroy();
  }

  stop() {
    this.#server.close();
    this.cut();
  }
}
