"""A board, and a game with its moves."""

import io

import chess
import chess.pgn


class Game:
    def __init__(self):
        self.board = chess.Board()
        self.game = chess.pgn.read_game(io.StringIO("[White \"A\"]\n\n1. e4 {best} e5 (1... c5) 2. Nf3 *"))
        self.tip = self.game.end()

    def use(self):
        for move in ("e4", "e5", "Qh5", "Nc6", "Bc4"):
            self.board.push_san(move)
        mate = chess.Board()
        for move in ("f3", "e5", "g4", "Qh4#"):
            mate.push_san(move)
        return {
            "fen": self.board.fen(),
            "moves": sorted(move.uci() for move in self.board.legal_moves),
            "mate": mate.is_checkmate(),
            "outcome": mate.outcome().result(),
            "board": str(self.board),
            "attackers": list(self.board.attackers(chess.WHITE, chess.F7)),
            "pgn": str(self.game),
        }

    def go_on(self):
        moves = sorted(self.board.legal_moves, key=lambda move: move.uci())
        self.board.push(moves[len(moves) // 2])
        options = sorted(self.tip.board().legal_moves, key=lambda move: move.uci())
        self.tip = self.tip.add_variation(options[3])
        return {
            "fen": self.board.fen(),
            "stack": [move.uci() for move in self.board.move_stack],
            "pgn": str(self.game),
            "ply": self.tip.ply(),
            "root": self.tip.game() is self.game,
            "repeated": self.board.is_repetition(),
            "popped": self.board.copy().pop().uci(),
        }
