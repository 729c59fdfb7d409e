using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Link;

/// <summary>
/// The questions under way, handed to whatever stream there is. One question of a person at a time: who asks meanwhile shares
/// its answer. Thread-safe.
/// </summary>
/// <param name="wanted">True while the agency wants the count shown.</param>
/// <param name="time">Measures the waiting.</param>
public sealed class MonthCounts(Func<bool> wanted, TimeProvider time) : IMonthCount
{
    /// <summary>Questions under way; at the bound there is no answer. A queue at a gate has no more people who were just told.</summary>
    public const int MostAsked = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, Question> _asked = [];
    private readonly Queue<Question> _toSend = [];
    private Action? _wake;
    private ulong _lastId;

    /// <inheritdoc />
    public async Task<int?> AskAsync(ulong personId, TimeSpan timeout, CancellationToken cancellation = default)
    {
        if (Join(personId) is not { } question) return null;
        try
        {
            return await question.Answer.Task.WaitAsync(timeout, time, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            Leave(question);
        }
    }

    /// <summary>A stream takes questions from now on.</summary>
    /// <param name="wake">Called when there is one to send.</param>
    public void Begin(Action wake)
    {
        lock (_gate) _wake = wake;
    }

    /// <summary>The stream is over; nobody will answer what was asked.</summary>
    public void End()
    {
        Question[] asked;
        lock (_gate)
        {
            _wake = null;
            asked = [.. _asked.Values];
            _asked.Clear();
            _toSend.Clear();
        }

        foreach (var question in asked) question.Answer.TrySetResult(null);
    }

    /// <summary>The question to send now; null when there is none.</summary>
    public MonthCountRequest? Next()
    {
        lock (_gate)
        {
            while (_toSend.TryDequeue(out var question))
                if (IsAsked(question)) return new MonthCountRequest { RequestId = question.Id, PersonId = question.Person };
            return null;
        }
    }

    /// <summary>An answer came; one to a question that nobody waits for any more is passed over.</summary>
    public void Answered(MonthCount answer)
    {
        Question? question;
        lock (_gate)
        {
            if (!_asked.TryGetValue(answer.PersonId, out question) || question.Id != answer.RequestId) return;
            _asked.Remove(answer.PersonId);
        }

        question.Answer.TrySetResult(answer is { HasLateTimes: true, LateTimes: <= int.MaxValue } ? (int)answer.LateTimes : null);
    }

    private Question? Join(ulong person)
    {
        if (!wanted()) return null;
        lock (_gate)
        {
            if (_wake is not { } wake) return null;
            if (!_asked.TryGetValue(person, out var question))
            {
                if (_asked.Count == MostAsked) return null;
                _asked.Add(person, question = new Question(++_lastId, person));
                _toSend.Enqueue(question);
                wake();
            }

            question.Waiting++;
            return question;
        }
    }

    private void Leave(Question question)
    {
        lock (_gate)
            if (--question.Waiting == 0 && IsAsked(question)) _asked.Remove(question.Person);
    }

    private bool IsAsked(Question question) => _asked.TryGetValue(question.Person, out var asked) && asked == question;

    private sealed class Question(ulong id, ulong person)
    {
        public ulong Id => id;

        public ulong Person => person;

        public int Waiting { get; set; }

        public TaskCompletionSource<int?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
