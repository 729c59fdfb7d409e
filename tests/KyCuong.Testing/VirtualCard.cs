using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;

namespace KyCuong.Testing;

/// <summary>
/// A card on a virtual reader: connecting puts it down, closing takes it away. Messages are a length of two bytes, big-endian, and the
/// bytes; one byte is power off (00), on (01), reset (02), or the question for the ATR (04), which alone is answered; the rest are commands.
/// </summary>
public sealed class VirtualCard : IDisposable
{
    private const byte AskAtr = 0x04;

    /// <summary>MIFARE Classic 1K, as a PC/SC reader makes it up (PC/SC part 3, 3.1.3.2.3).</summary>
    private static readonly byte[] Atr = Convert.FromHexString("3B8F8001804F0CA000000306030001000000006A");

    private readonly TcpClient _line;
    private readonly Func<string, byte[]?> _answer;
    private readonly Thread _thread;

    /// <summary>Puts the card down.</summary>
    /// <param name="port">The slot's port.</param>
    /// <param name="answer">What it answers to a command in hex; null = it is taken away without a word.</param>
    public VirtualCard(int port, Func<string, byte[]?> answer)
    {
        _answer = answer;
        _line = new TcpClient("127.0.0.1", port) { NoDelay = true };
        _thread = new Thread(Run) { IsBackground = true, Name = "card" };
        _thread.Start();
    }

    /// <summary>The commands it heard, in hex.</summary>
    public BlockingCollection<string> Heard { get; } = [];

    /// <summary>Puts down a card that answers the question for its UID with this, and everything else with 90 00.</summary>
    public static VirtualCard WithUid(int port, string answer) =>
        new(port, command => Convert.FromHexString(command == "FFCA000000" ? answer : "9000"));

    /// <summary>Takes it away.</summary>
    public void Dispose()
    {
        _line.Close();
        _thread.Join();
        Heard.Dispose();
    }

    private void Run()
    {
        try
        {
            var line = _line.GetStream();
            var length = new byte[2];
            while (true)
            {
                line.ReadExactly(length);
                var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                line.ReadExactly(message);
                if (message.Length == 1 && message[0] != AskAtr)
                    continue;
                var answer = Atr;
                if (message.Length > 1)
                {
                    var command = Convert.ToHexString(message);
                    Heard.Add(command);
                    answer = _answer(command);
                }

                if (answer is null)
                {
                    _line.Close();
                    return;
                }

                var reply = new byte[2 + answer.Length];
                BinaryPrimitives.WriteUInt16BigEndian(reply, (ushort)answer.Length);
                answer.CopyTo(reply, 2);
                line.Write(reply);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Taken away.
        }
    }
}
