// A game of chess that goes on.
import { Chess } from 'chess.js';

export default class Game {
  constructor() {
    this.game = new Chess();
  }

  use() {
    for (const move of ['e4', 'e5', 'Nf3', 'Nc6', 'Bb5', 'a6']) this.game.move(move);
    const mate = new Chess();
    mate.loadPgn('1. f3 e5 2. g4 Qh4#');
    return {
      fen: this.game.fen(),
      moves: this.game.moves().length,
      pgn: this.game.pgn(),
      mate: mate.isCheckmate(),
      over: this.game.isGameOver(),
      attacked: this.game.isAttacked('e5', 'w'),
      square: this.game.get('b5'),
      board: this.game.ascii(),
    };
  }

  goOn() {
    const moves = this.game.moves();
    const chosen = moves[moves.length % 7];
    this.game.move(chosen);
    const last = this.game.history({ verbose: true }).at(-1);
    return {
      chosen,
      fen: this.game.fen(),
      history: this.game.history(),
      from: last.from,
      to: last.to,
      is: this.game instanceof Chess,
      turn: this.game.turn(),
      check: this.game.inCheck(),
      pieces: this.game.findPiece({ type: 'p', color: 'w' }),
      hash: this.game.hash?.(),
    };
  }
}
