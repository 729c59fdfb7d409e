using System.Threading.Channels;
using KyCuong.Protos;
using KyCuong.Protos.V1;
using KyCuong.Server.Pins;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// Answers one stream's checks of staff codes, in order, beside its taps: the reading of the stream never waits for a hash to
/// be computed. One adds, one answers.
/// </summary>
internal sealed class StaffCodeAnswers(KioskIdentity kiosk, StaffCodeChecks checks, Outbox outbox)
{
    private readonly Channel<StaffCodeCheck> _waiting = Channel.CreateBounded<StaffCodeCheck>(
        new BoundedChannelOptions(PinBounds.ChecksWaiting) { SingleReader = true, SingleWriter = true });

    /// <summary>Takes a check.</summary>
    /// <exception cref="Grpc.Core.RpcException">It is not one of the contract, or too many wait.</exception>
    public void Take(StaffCodeCheck check)
    {
        if (!ContractLimits.IsStaffCode(check.StaffCode)) throw OutOfContract.Because($"staff_code_check: staff_code is not 1 to {ContractLimits.StaffCodeLength} characters of [A-Za-z0-9._/-]");
        if (!ContractLimits.IsPin(check.Pin)) throw OutOfContract.Because($"staff_code_check: pin is not {ContractLimits.ShortestPin} to {ContractLimits.LongestPin} digits");
        if (!_waiting.Writer.TryWrite(check)) throw OutOfContract.Because("staff_code_check came before the ones before it were answered");
    }

    /// <summary>Nothing more will be asked.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Answers until <see cref="Complete"/>.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var check in _waiting.Reader.ReadAllAsync(cancel))
            await outbox.AddAsync(new ServerMessage { StaffCodeAnswer = await checks.AnswerAsync(kiosk, check, cancel) }, cancel);
    }
}
